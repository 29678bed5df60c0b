// SPDX-License-Identifier: Apache-2.0

interface Detector {
  detect: (picture: CanvasImageSource) => Promise<{ rawValue: string }[]>;
}
type DetectorClass = (new (options: { formats: string[] }) => Detector) & { getSupportedFormats: () => Promise<string[]> };

/** Longest edge of what is looked at: a code that fills a tenth of it can still be read. */
const longestEdge = 1280;

/** Reads QR codes: by the browser where it can, else by a decoder in a worker of its own. */
export class CodeReader {
  private worker: Worker | undefined;
  private asked = 0;
  private detector: Promise<Detector | undefined> | undefined;
  private readonly canvas = document.createElement('canvas');

  /** The text of a code in the picture, or undefined. */
  async read(picture: CanvasImageSource, width: number, height: number): Promise<string | undefined> {
    this.detector ??= nativeDetector();
    const detector = await this.detector;
    if (detector) {
      const found = await detector.detect(picture).catch(() => []);
      if (found[0]) return found[0].rawValue;
    }
    const scale = Math.min(1, longestEdge / Math.max(width, height));
    this.canvas.width = Math.max(1, Math.round(width * scale));
    this.canvas.height = Math.max(1, Math.round(height * scale));
    const context = this.canvas.getContext('2d', { willReadFrequently: true });
    if (!context) return undefined;
    context.drawImage(picture, 0, 0, this.canvas.width, this.canvas.height);
    return this.decode(context.getImageData(0, 0, this.canvas.width, this.canvas.height));
  }

  close(): void {
    this.worker?.terminate();
    this.worker = undefined;
  }

  private decode(picture: ImageData): Promise<string | undefined> {
    this.worker ??= new Worker(new URL('./decode.worker.ts', import.meta.url), { type: 'module' });
    const worker = this.worker;
    const id = ++this.asked;
    return new Promise((done) => {
      const listen = ({ data }: MessageEvent<{ id: number; text?: string }>) => {
        if (data.id !== id) return;
        worker.removeEventListener('message', listen);
        done(data.text);
      };
      worker.addEventListener('message', listen);
      worker.addEventListener('error', () => done(undefined), { once: true });
      worker.postMessage({ id, picture }, [picture.data.buffer]);
    });
  }
}

async function nativeDetector(): Promise<Detector | undefined> {
  const known = (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
  try {
    return known && (await known.getSupportedFormats()).includes('qr_code') ? new known({ formats: ['qr_code'] }) : undefined;
  } catch {
    return undefined;
  }
}
