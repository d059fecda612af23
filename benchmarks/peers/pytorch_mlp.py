"""PyTorch eager's time for one training step of 784-128-50-10, for a comparison with TrainStepBenchmark.

The same work: gather a batch, forward, softmax cross-entropy, backward, SGD update. Prints one line:
the median over windows, in microseconds a step.

    python3 pytorch_mlp.py --batch 64 --threads 1 --windows 11
"""

import argparse
import statistics
import time

import torch


def network():
    return torch.nn.Sequential(
        torch.nn.Linear(784, 128),
        torch.nn.Sigmoid(),
        torch.nn.Linear(128, 50),
        torch.nn.ReLU(),
        torch.nn.Linear(50, 10),
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--windows", type=int, default=11)
    parser.add_argument("--examples", type=int, default=4096)
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    model = network()
    loss_of = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    x = torch.rand(options.examples, 784)
    y = torch.randint(0, 10, (options.examples,))
    order = torch.randperm(options.examples)
    batches = options.examples // options.batch

    def step(i):
        chosen = order[(i % batches) * options.batch : (i % batches + 1) * options.batch]
        optimizer.zero_grad()
        loss = loss_of(model(x[chosen]), y[chosen])
        loss.backward()
        optimizer.step()
        return loss

    steps = max(30, 20000 // options.batch)
    for i in range(steps):
        loss = step(i)
    times = []
    for _ in range(options.windows):
        start = time.perf_counter()
        for i in range(steps):
            loss = step(i)
        times.append((time.perf_counter() - start) / steps * 1e6)
    print(
        f"pytorch {torch.__version__} threads {torch.get_num_threads()} batch {options.batch}: "
        f"{statistics.median(times):.1f} us/step, fastest {min(times):.1f}, loss {loss.item():.4f}"
    )


if __name__ == "__main__":
    main()
