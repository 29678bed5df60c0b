#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes ONNX models with nothing but the standard library: just enough of protobuf for small networks.

Deterministic: the same calls give the same bytes. Source: onnx.proto (IR version 8, operator set 13).
"""
import struct


def varint(value):
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def number(field, value):
    return varint(field << 3) + varint(value)


def chunk(field, payload):
    payload = payload.encode() if isinstance(payload, str) else payload
    return varint(field << 3 | 2) + varint(len(payload)) + payload


def attribute(name, value):
    out = chunk(1, name)
    if isinstance(value, str):
        return chunk(5, out + chunk(4, value) + number(20, 3))
    if isinstance(value, int):
        return chunk(5, out + number(3, value) + number(20, 2))
    return chunk(5, out + b"".join(number(8, v) for v in value) + number(20, 7))


def node(kind, inputs, outputs, **attributes):
    out = b"".join(chunk(1, name) for name in inputs) + b"".join(chunk(2, name) for name in outputs) + chunk(4, kind)
    return chunk(1, out + b"".join(attribute(name, value) for name, value in sorted(attributes.items())))


def initializer(name, shape, data, integer=False):
    """`data`: floats (or whole numbers) as a list, or as raw little-endian bytes."""
    raw = data if isinstance(data, bytes) else struct.pack(f"<{len(data)}{'q' if integer else 'f'}", *data)
    return chunk(5, b"".join(number(1, d) for d in shape) + number(2, 7 if integer else 1) + chunk(8, name) + chunk(9, raw))


def value_info(field, name, shape):
    dims = b"".join(chunk(1, number(1, d)) for d in shape)
    return chunk(field, chunk(1, name) + chunk(2, chunk(1, number(1, 1) + chunk(2, dims))))


def model(nodes, initializers, inputs, outputs):
    graph = b"".join(nodes) + chunk(2, "graph") + b"".join(initializers)
    graph += b"".join(value_info(11, *i) for i in inputs) + b"".join(value_info(12, *o) for o in outputs)
    return number(1, 8) + chunk(2, "yungui") + chunk(7, graph) + chunk(8, chunk(1, "") + number(2, 13))
