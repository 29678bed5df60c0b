#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Rewrites a small convolutional network from TFLite to ONNX, so that one runtime computes all of them.

Pure Python and deterministic: the same input gives the same bytes, which tools/setup/models.py pins. Only what the face
networks of MediaPipe use is known; anything else is an error. TFLite's tensors are NHWC and ONNX's NCHW: values of rank
4 are kept NCHW throughout and turned only where a reshape looks at their order.

Source: the TFLite schema (schema.fbs, version 3).
"""
import struct

from onnx_writer import initializer, model, node

# ---- reading: just enough of FlatBuffers -------------------------------------------------------------------------


class Table:
    """A FlatBuffers table: fields by their number in the schema."""

    def __init__(self, data, position):
        self.data, self.position = data, position
        self.vtable = position - struct.unpack_from("<i", data, position)[0]

    def _at(self, field):
        size = struct.unpack_from("<H", self.data, self.vtable)[0]
        offset = struct.unpack_from("<H", self.data, self.vtable + 4 + 2 * field)[0] if 4 + 2 * field < size else 0
        return self.position + offset if offset else None

    def scalar(self, field, form, default=0):
        at = self._at(field)
        return default if at is None else struct.unpack_from("<" + form, self.data, at)[0]

    def _target(self, field):
        at = self._at(field)
        return None if at is None else at + struct.unpack_from("<I", self.data, at)[0]

    def table(self, field):
        at = self._target(field)
        return None if at is None else Table(self.data, at)

    def vector(self, field, form):
        at = self._target(field)
        if at is None:
            return []
        count = struct.unpack_from("<I", self.data, at)[0]
        return list(struct.unpack_from(f"<{count}{form}", self.data, at + 4))

    def tables(self, field):
        at = self._target(field)
        if at is None:
            return []
        count = struct.unpack_from("<I", self.data, at)[0]
        return [Table(self.data, p + struct.unpack_from("<I", self.data, p)[0]) for p in range(at + 4, at + 4 + 4 * count, 4)]

    def bytes(self, field):
        at = self._target(field)
        if at is None:
            return b""
        count = struct.unpack_from("<I", self.data, at)[0]
        return bytes(self.data[at + 4:at + 4 + count])


FLOAT32, FLOAT16, INT32 = 0, 1, 2
OPERATORS = {0: "Add", 3: "Conv", 4: "DepthwiseConv", 6: "Dequantize", 14: "Logistic", 17: "MaxPool", 19: "Relu", 22: "Reshape",
             2: "Concat", 34: "Pad", 54: "PRelu"}

# ---- the conversion ----------------------------------------------------------------------------------------------


def same_pads(size, kernel, stride):
    """What TensorFlow's SAME padding adds before and after."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def nchw(shape):
    return [shape[0], shape[3], shape[1], shape[2]] if len(shape) == 4 else shape


def transposed(values, shape, order):
    """The elements of a rank-4 tensor in another order of its axes."""
    strides = [shape[1] * shape[2] * shape[3], shape[2] * shape[3], shape[3], 1]
    sizes, steps = [shape[i] for i in order], [strides[i] for i in order]
    return [values[a * steps[0] + b * steps[1] + c * steps[2] + d * steps[3]]
            for a in range(sizes[0]) for b in range(sizes[1]) for c in range(sizes[2]) for d in range(sizes[3])]


def convert(data):
    root = Table(data, struct.unpack_from("<I", data, 0)[0])
    codes = [max(c.scalar(0, "b"), c.scalar(3, "i")) for c in root.tables(1)]
    graph, buffers = root.tables(2)[0], root.tables(4)
    tensors = graph.tables(0)
    shapes = [t.vector(0, "i") for t in tensors]
    constants, nodes, weights = {}, [], []

    def constant(index):
        """The values of a constant tensor as a list, or None."""
        if index in constants:
            return constants[index]
        raw, kind = buffers[tensors[index].scalar(2, "I")].bytes(0), tensors[index].scalar(1, "b")
        if not raw:
            return None
        form = {FLOAT32: "f", FLOAT16: "e", INT32: "i"}[kind]
        constants[index] = list(struct.unpack(f"<{len(raw) // struct.calcsize(form)}{form}", raw))
        return constants[index]

    def name(index):
        return f"t{index}"

    def activate(kind, index):
        """The name a node should write to, adding the fused activation behind it."""
        if kind == 0:
            return name(index)
        if kind != 1:
            raise ValueError(f"fused activation {kind} is not known")
        nodes_after.append(node("Relu", [name(index) + "_raw"], [name(index)]))
        return name(index) + "_raw"

    for op in graph.tables(3):
        kind = OPERATORS.get(codes[op.scalar(0, "I")])
        inputs, outputs, options = op.vector(1, "i"), op.vector(2, "i"), op.table(4)
        out, nodes_after = outputs[0], []
        if kind is None:
            raise ValueError(f"operator {codes[op.scalar(0, 'I')]} is not known")
        if kind == "Dequantize":
            constants[out] = constant(inputs[0])
            continue
        if kind in ("Conv", "DepthwiseConv", "MaxPool"):
            _, height, width, channels = shapes[inputs[0]]
            padding, stride_w, stride_h = options.scalar(0, "b"), options.scalar(1, "i"), options.scalar(2, "i")
            if kind == "MaxPool":
                kernel_w, kernel_h, fused = options.scalar(3, "i"), options.scalar(4, "i"), options.scalar(5, "b")
            else:
                _, kernel_h, kernel_w, _ = shapes[inputs[1]]
                fused = options.scalar(3 if kind == "Conv" else 4, "b")
            top, bottom = same_pads(height, kernel_h, stride_h) if padding == 0 else (0, 0)
            left, right = same_pads(width, kernel_w, stride_w) if padding == 0 else (0, 0)
            common = {"kernel_shape": [kernel_h, kernel_w], "strides": [stride_h, stride_w], "pads": [top, left, bottom, right]}
            target = activate(fused, out)
            if kind == "MaxPool":
                nodes.append(node("MaxPool", [name(inputs[0])], [target], **common))
            else:
                shape = shapes[inputs[1]]
                order = [0, 3, 1, 2] if kind == "Conv" else [3, 0, 1, 2]
                weights.append(initializer(f"{name(out)}_w", [shape[i] for i in order], transposed(constant(inputs[1]), shape, order)))
                weights.append(initializer(f"{name(out)}_b", [shape[order[0]]], constant(inputs[2])))
                nodes.append(node("Conv", [name(inputs[0]), f"{name(out)}_w", f"{name(out)}_b"], [target],
                                  group=1 if kind == "Conv" else channels, **common))
        elif kind == "PRelu":
            slope = constant(inputs[1])
            weights.append(initializer(f"{name(out)}_s", [len(slope), 1, 1], slope))
            nodes.append(node("PRelu", [name(inputs[0]), f"{name(out)}_s"], [name(out)]))
        elif kind == "Add":
            nodes.append(node("Add", [name(i) for i in inputs], [activate(options.scalar(0, "b"), out)]))
        elif kind == "Pad":
            pads = constant(inputs[1])
            before, after = nchw(pads[0::2]), nchw(pads[1::2])
            weights.append(initializer(f"{name(out)}_p", [8], before + after, integer=True))
            nodes.append(node("Pad", [name(inputs[0]), f"{name(out)}_p"], [name(out)], mode="constant"))
        elif kind == "Relu":
            nodes.append(node("Relu", [name(inputs[0])], [name(out)]))
        elif kind == "Logistic":
            nodes.append(node("Sigmoid", [name(inputs[0])], [name(out)]))
        elif kind == "Reshape":
            source = name(inputs[0])
            if len(shapes[inputs[0]]) == 4:
                nodes.append(node("Transpose", [source], [f"{name(out)}_n"], perm=[0, 2, 3, 1]))
                source = f"{name(out)}_n"
            if len(shapes[out]) == 4:
                raise ValueError("a reshape to rank 4 is not known")
            weights.append(initializer(f"{name(out)}_r", [len(shapes[out])], shapes[out], integer=True))
            nodes.append(node("Reshape", [source, f"{name(out)}_r"], [name(out)]))
        elif kind == "Concat":
            if len(shapes[out]) != 3:
                raise ValueError("a concatenation of another rank than 3 is not known")
            nodes.append(node("Concat", [name(i) for i in inputs], [name(out)], axis=options.scalar(0, "i") % 3))
        nodes += nodes_after

    ends = [(name(i), nchw(shapes[i])) for i in graph.vector(1, "i")], [(name(i), nchw(shapes[i])) for i in graph.vector(2, "i")]
    return model(nodes, weights, *ends)
