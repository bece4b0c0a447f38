import { problemFrom, unreachable } from "./problem.ts";

/** How much of a file has gone out; all of it, and the service is reading it. */
export interface Sent {
  sent: number;
  total: number;
}

/**
 * Sends a file as it is and tells how far it has come, which `fetch` does not. A file may be long and its reading takes time, so only the
 * signal ends the waiting.
 */
export function upload<T>(path: string, file: Blob, signal: AbortSignal, onSent: (sent: Sent) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.setRequestHeader("content-type", "application/octet-stream");
    request.upload.onprogress = ({ loaded }) => onSent({ sent: Math.min(loaded, file.size), total: file.size });
    request.onerror = () => reject(unreachable());
    request.onabort = () => reject(signal.reason);
    request.onload = () => {
      const { status, statusText, responseText } = request;
      if (status < 200 || status > 299) {
        void problemFrom(new Response(responseText, { status, statusText })).then(reject);
        return;
      }
      try {
        resolve(JSON.parse(responseText) as T);
      } catch {
        reject(unreachable());
      }
    };
    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
  });
}
