"""PyTorch eager's time for one training step of 784-128-50-10: the step that StepTimer times, in Python.

The same work on the same numbers: gather a batch, forward, softmax cross-entropy, backward, SGD update.
Prints one line: the median over windows in microseconds a step, the fastest, the loss, and the loss after 20 steps
on one batch ("check"), which is StepTimer's but for rounding.

    python3 pytorch_mlp.py --batch 64 --threads 1 --windows 21

With --inference it times the probabilities of a batch instead, as InferenceTimer does; its check is the mean over the
rows of the probability of the class row % 10. With --blas it only says which BLAS its products run on.
"""

import argparse
import ctypes
import math
import os
import re
import statistics
import time

import torch

FEATURES, LABELS, PARAMETERS = 0, 1, 4
INPUTS, CLASSES = 784, 10
EXAMPLES = 4096
LEARNING_RATE = 0.01
CHECK_STEPS = 20
CHECK_LEARNING_RATE = 0.1


class Symbol(ctypes.Structure):
    """What dladdr fills in."""

    _fields_ = [("file", ctypes.c_char_p), ("base", ctypes.c_void_p), ("name", ctypes.c_char_p), ("at", ctypes.c_void_p)]


def blas():
    """The BLAS that products really run on, such as "OpenBLAS 0.3.21 SkylakeX (pthreads)" or "MKL 2024.0"."""
    if torch.backends.mkl.is_available():
        return mkl(torch.__config__.show())
    try:
        file = library_of_sgemm()
        library = ctypes.CDLL(file)
    except (AttributeError, OSError):
        return "a BLAS without a name"
    if hasattr(library, "openblas_get_corename"):
        library.openblas_get_config.restype = library.openblas_get_corename.restype = ctypes.c_char_p
        version = " ".join(library.openblas_get_config().decode().split()[:2])
        threads = ["sequential", "pthreads", "OpenMP"][library.openblas_get_parallel()]
        return f"{version} {library.openblas_get_corename().decode()} ({threads})"
    if hasattr(library, "mkl_get_version_string"):
        text = ctypes.create_string_buffer(200)
        library.mkl_get_version_string(text, len(text))
        return mkl(text.value.decode())
    return os.path.realpath(file)


def mkl(text):
    version = re.search(r"Math Kernel Library Version ([\d.]+)", text)
    return f"MKL {version[1]}" if version else "MKL"


def library_of_sgemm():
    """The file of the sgemm_ that the linker found for PyTorch: a preloaded one, or else that of its own libraries."""
    own = os.path.join(os.path.dirname(torch.__file__), "lib", "libtorch_cpu.so")
    program = ctypes.CDLL(None)
    sgemm = program.sgemm_ if hasattr(program, "sgemm_") else ctypes.CDLL(own).sgemm_
    symbol = Symbol()
    program.dladdr(ctypes.cast(sgemm, ctypes.c_void_p), ctypes.byref(symbol))
    return symbol.file.decode()


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
        f"pytorch {torch.__version__} with {blas()}, threads {torch.get_num_threads()}, batch {options.batch}: "
        f"{statistics.median(times):.1f} us/call, fastest {min(times):.1f}, "
        f"check {probabilities[rows, rows % CLASSES].double().mean().item():.6f}"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--windows", type=int, default=21)
    parser.add_argument("--inference", action="store_true")
    parser.add_argument("--blas", action="store_true")
    options = parser.parse_args()

    if options.blas:
        print(blas())
        return
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
    print(
        f"pytorch {torch.__version__} with {blas()}, {threads} thread{'s' * (threads > 1)}, batch {options.batch}: "
        f"{statistics.median(times):.1f} us/step, fastest {min(times):.1f}, loss {loss.item():.4f}, "
        f"check {check.item():.6f}"
    )


if __name__ == "__main__":
    main()
