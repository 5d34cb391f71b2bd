#!/usr/bin/env python3
"""Packs the 150 irises into the resource that org.fascicle.datasets.Iris reads.

Run it in the bundle's folder; the same CSV gives the same bytes everywhere:

    python3 tools/pack_iris.py ../../../shared/data/tabular/iris.csv src/main/resources/org/fascicle/datasets/iris.bin

Form: 5 bytes for each sample: sepal length and width, petal length and width in millimetres, and the class.
"""
import csv
import sys

SAMPLES, FEATURES = 150, 4


def main(source, target):
    with open(source, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    if len(rows) != SAMPLES:
        sys.exit(f"{source}: expected {SAMPLES} samples, got {len(rows)}")
    packed = bytearray()
    for number, row in enumerate(rows, 2):
        millimetres = [round(10 * float(cell)) for cell in row[:FEATURES]]
        if any(abs(10 * float(cell) - mm) > 1e-9 for cell, mm in zip(row, millimetres)):
            sys.exit(f"{source}: line {number}: lengths must have at most one decimal")
        packed += bytes(millimetres + [int(row[FEATURES])])
    with open(target, "wb") as file:
        file.write(packed)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
