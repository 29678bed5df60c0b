#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Rewrites dlib's face recognition network, as face-api ships its weights, to ONNX.

The weights lie in one file, described by a JSON manifest; most are bytes with scale and offset. The network: a residual
net of 29 convolutions for a 150 × 150 face in RGB, (value − mean) / 256, that gives 128 numbers. Each convolution is
followed by a scale per channel, which is folded into it here. Deterministic.
"""
import json
import struct

from onnx_writer import initializer, model, node

BLOCKS = ["conv32_1", "conv32_2", "conv32_3", "conv64_down", "conv64_1", "conv64_2", "conv64_3", "conv128_down", "conv128_1",
          "conv128_2", "conv256_down", "conv256_1", "conv256_2", "conv256_down_out"]


def read_weights(manifest, data):
    """Name → (shape, floats)."""
    out, at = {}, 0
    for weight in json.loads(manifest)[0]["weights"]:
        count = 1
        for d in weight["shape"]:
            count *= d
        if quantised := weight.get("quantization"):
            if quantised["dtype"] != "uint8":
                raise ValueError("only bytes are known")
            values = [b * quantised["scale"] + quantised["min"] for b in data[at:at + count]]
            at += count
        else:
            values = list(struct.unpack_from(f"<{count}f", data, at))
            at += 4 * count
        out[weight["name"]] = weight["shape"], values
    return out


def convert(manifest, data):
    weights = read_weights(manifest, data)
    nodes, tensors = [], []

    def conv(source, name, stride, target):
        """Convolution and scale as one; filters are stored height, width, in, out."""
        (h, w, inputs, outputs), filters = weights[f"{name}/conv/filters"]
        bias, gain, shift = (weights[f"{name}/{part}"][1] for part in ("conv/bias", "scale/weights", "scale/biases"))
        folded = [filters[((y * w + x) * inputs + i) * outputs + o] * gain[o]
                  for o in range(outputs) for i in range(inputs) for y in range(h) for x in range(w)]
        tensors.append(initializer(f"{name}_w", [outputs, inputs, h, w], folded))
        tensors.append(initializer(f"{name}_b", [outputs], [b * g + s for b, g, s in zip(bias, gain, shift)]))
        pad = 0 if stride == 2 else h // 2
        nodes.append(node("Conv", [source, f"{name}_w", f"{name}_b"], [target], group=1, kernel_shape=[h, w],
                          pads=[pad] * 4, strides=[stride, stride]))
        return outputs

    channels = conv("face", "conv32_down", 2, "stem_raw")
    nodes.append(node("Relu", ["stem_raw"], ["stem"]))
    nodes.append(node("MaxPool", ["stem"], ["stem_pooled"], kernel_shape=[3, 3], strides=[2, 2]))
    value, size = "stem_pooled", 35
    for block in BLOCKS:
        down = "_down" in block
        inputs = channels
        channels = conv(value, f"{block}/conv1", 2 if down else 1, f"{block}_1_raw")
        nodes.append(node("Relu", [f"{block}_1_raw"], [f"{block}_1"]))
        conv(f"{block}_1", f"{block}/conv2", 1, f"{block}_2")
        left, right = value, f"{block}_2"
        if down:
            inner, size = (size - 3) // 2 + 1, size // 2
            nodes.append(node("AveragePool", [value], [f"{block}_pooled"], kernel_shape=[2, 2], strides=[2, 2]))
            left = f"{block}_pooled"
            for side, missing in (("left", [0, channels - inputs, 0, 0]), ("right", [0, 0, size - inner, size - inner])):
                if any(missing):
                    tensors.append(initializer(f"{block}_{side}_pads", [8], [0] * 4 + missing, integer=True))
                    padded = f"{block}_{side}_padded"
                    nodes.append(node("Pad", [left if side == "left" else right, f"{block}_{side}_pads"], [padded], mode="constant"))
                    left, right = (padded, right) if side == "left" else (left, padded)
        nodes.append(node("Add", [left, right], [f"{block}_sum"]))
        nodes.append(node("Relu", [f"{block}_sum"], [block]))
        value = block
    nodes.append(node("GlobalAveragePool", [value], ["mean"]))
    nodes.append(node("Flatten", ["mean"], ["flat"], axis=1))
    tensors.append(initializer("fc", *weights["fc"]))
    nodes.append(node("MatMul", ["flat", "fc"], ["embedding"]))
    return model(nodes, tensors, [("face", [1, 3, 150, 150])], [("embedding", [1, 128])])
