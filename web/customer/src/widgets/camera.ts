// SPDX-License-Identifier: Apache-2.0
import { ProblemError } from '@yungui/shared';

function refusal(error: unknown): ProblemError {
  const refused = error instanceof DOMException && (error.name === 'NotAllowedError' || error.name === 'SecurityError');
  return new ProblemError({ type: 'about:blank', title: '', status: 400, reason: refused ? 'web.camera_refused' : 'web.camera_missing' });
}

export function cameraPossible(): boolean {
  return !!(navigator.mediaDevices as MediaDevices | undefined)?.getUserMedia;
}

/** The live camera, shown in a video element. */
export class Camera {
  private stream: MediaStream | undefined;
  private readonly canvas = document.createElement('canvas');
  private video: HTMLVideoElement | undefined;

  async open(video: HTMLVideoElement, facing: 'user' | 'environment', width: number, height: number): Promise<void> {
    if (!cameraPossible()) throw refusal(undefined);
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: { facingMode: facing, width: { ideal: width }, height: { ideal: height } },
      });
      this.video = video;
      video.srcObject = this.stream;
      await video.play();
    } catch (error) {
      this.close();
      throw refusal(error);
    }
  }

  close(): void {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = undefined;
    if (this.video) this.video.srcObject = null;
  }

  /** What the camera sees now, not mirrored, at most `longest` pixels on its longer side; undefined before it sees anything. */
  private draw(longest: number): HTMLCanvasElement | undefined {
    const { video } = this;
    if (!video?.videoWidth) return undefined;
    const scale = Math.min(1, longest / Math.max(video.videoWidth, video.videoHeight));
    this.canvas.width = Math.round(video.videoWidth * scale);
    this.canvas.height = Math.round(video.videoHeight * scale);
    this.canvas.getContext('2d', { willReadFrequently: true })?.drawImage(video, 0, 0, this.canvas.width, this.canvas.height);
    return this.canvas;
  }

  /** JPEG in base64. */
  frame(longest: number): string | undefined {
    return this.draw(longest)?.toDataURL('image/jpeg', 0.86).split(',')[1];
  }

  async picture(): Promise<Blob | undefined> {
    const canvas = this.draw(2000);
    if (!canvas) return undefined;
    return (await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.92))) ?? undefined;
  }
}
