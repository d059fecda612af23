"""PyTorch eager's time for one training step of 784-128-50-10: the step that StepTimer times, in Python.

The same work on the same numbers: gather a batch, forward, softmax cross-entropy, backward, SGD update.
Prints one line: the median over windows in microseconds a step, the fastest, the loss, and the loss after 20 steps
on one batch ("check"), which is StepTimer's but for rounding.

    python3 pytorch_mlp.py --batch 64 --threads 1 --windows 21

With --inference it times the probabilities of a batch instead, as InferenceTimer does; its check is the mean over the
rows of the probability of the class row % 10.
"""

import argparse
import math
import statistics
import time

import torch

FEATURES, LABELS, PARAMETERS = 0, 1, 4
INPUTS, CLASSES = 784, 10
EXAMPLES = 4096
LEARNING_RATE = 0.01
CHECK_STEPS = 20
CHECK_LEARNING_RATE = 0.1


def uniform(stream, count, low, high):
    """The numbers of dev.polymath.benchmarks.Numbers."""
    low32 = 0xFFFFFFFF
    h = (torch.arange(count, dtype=torch.int64) + stream * (1 << 24)) * 0x9E3779B1 & low32
    h = (h ^ (h >> 15)) * 0x85EBCA77 & low32
    h = h ^ (h >> 13)
    return (low + (high - low) * ((h >> 8).double() * 2.0**-24)).float()


def network():
    model = torch.nn.Sequential(
        torch.nn.Linear(INPUTS, 128),
        torch.nn.Sigmoid(),
        torch.nn.Linear(128, 50),
        torch.nn.ReLU(),
        torch.nn.Linear(50, CLASSES),
    )
    stream = PARAMETERS
    with torch.no_grad():
        for layer in model:
            if isinstance(layer, torch.nn.Linear):
                bound = 1 / math.sqrt(layer.in_features)
                weight = uniform(stream, layer.weight.numel(), -bound, bound)
                # Ours is [inputs, outputs], PyTorch's [outputs, inputs].
                layer.weight.copy_(weight.view(layer.in_features, layer.out_features).t())
                layer.bias.copy_(uniform(stream + 1, layer.out_features, -bound, bound))
                stream += 2
    return model


def stepper(examples, batch, learning_rate):
    """A function that trains for one step and gives its loss."""
    model = network()
    loss_of = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    x = uniform(FEATURES, examples * INPUTS, 0, 1).view(examples, INPUTS)
    y = uniform(LABELS, examples, 0, CLASSES).long()
    order = torch.randperm(examples)
    batches = examples // batch
    number = 0

    def step():
        nonlocal number
        start = number % batches * batch
        number += 1
        chosen = order[start : start + batch]
        optimizer.zero_grad()
        loss = loss_of(model(x[chosen]), y[chosen])
        loss.backward()
        optimizer.step()
        return loss

    return step


def inference(options):
    """Times the probabilities of one batch and prints the line."""
    model = network()
    x = uniform(FEATURES, options.batch * INPUTS, 0, 1).view(options.batch, INPUTS)
    with torch.inference_mode():
        calls = max(1, 20000 // (options.batch + 50))
        for _ in range(2 * calls):
            probabilities = torch.softmax(model(x), 1)
        times = []
        for _ in range(options.windows):
            start = time.perf_counter()
            for _ in range(calls):
                probabilities = torch.softmax(model(x), 1)
            times.append((time.perf_counter() - start) / calls * 1e6)
    rows = torch.arange(options.batch)
    print(
        f"pytorch {torch.__version__}, threads {torch.get_num_threads()}, batch {options.batch}: "
        f"{statistics.median(times):.1f} us/call, fastest {min(times):.1f}, "
        f"check {probabilities[rows, rows % CLASSES].double().mean().item():.6f}"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--windows", type=int, default=21)
    parser.add_argument("--inference", action="store_true")
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    if options.inference:
        inference(options)
        return
    check_step = stepper(options.batch, options.batch, CHECK_LEARNING_RATE)
    for _ in range(CHECK_STEPS + 1):
        check = check_step()

    step = stepper(EXAMPLES, options.batch, LEARNING_RATE)
    steps = max(1, 20000 // options.batch)
    for _ in range(2 * steps):
        step()
    times = []
    for _ in range(options.windows):
        start = time.perf_counter()
        for _ in range(steps):
            loss = step()
        times.append((time.perf_counter() - start) / steps * 1e6)
    threads = torch.get_num_threads()
    blas = "MKL" if torch.backends.mkl.is_available() else "a BLAS other than MKL"
    print(
        f"pytorch {torch.__version__} with {blas}, {threads} thread{'s' * (threads > 1)}, batch {options.batch}: "
        f"{statistics.median(times):.1f} us/step, fastest {min(times):.1f}, loss {loss.item():.4f}, "
        f"check {check.item():.6f}"
    )


if __name__ == "__main__":
    main()
