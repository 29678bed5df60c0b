// SPDX-License-Identifier: Apache-2.0
import { ProblemError } from '@yungui/shared';

const longestSide = 2000;

function unreadable(): ProblemError {
  return new ProblemError({ type: 'about:blank', title: '', status: 415, reason: 'web.picture_unreadable' });
}

/** A picture as it is sent: upright, at most 2000 px on its longer side, JPEG. What EXIF said (place, device) is left behind. */
export async function shrink(file: Blob): Promise<Blob> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch {
    throw unreadable();
  }
  const scale = Math.min(1, longestSide / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  const context = canvas.getContext('2d');
  if (!context) throw unreadable();
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.92));
  if (!blob) throw unreadable();
  return blob;
}
