// SPDX-License-Identifier: Apache-2.0
import decodeQR from 'qr/decode.js';

interface Asked {
  id: number;
  picture: ImageData;
}

// Reading a picture takes tens of milliseconds; the page stays quick meanwhile.
self.onmessage = ({ data: { id, picture } }: MessageEvent<Asked>) => {
  let text: string | undefined;
  try {
    text = decodeQR({ width: picture.width, height: picture.height, data: picture.data });
  } catch {
    text = undefined;
  }
  self.postMessage({ id, text });
};
