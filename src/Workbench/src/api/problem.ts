/** What went wrong, as the service (or the line to it) said it: RFC 9457 problem details with a stable code. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(status: number, code: string, detail: string, extra: Record<string, unknown> = {}) {
    super(`${detail} (${code})`);
    this.name = "Problem";
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.extra = extra;
  }

  /** The request may not have arrived, or not have been answered: the same request is worth repeating. */
  get isTemporary(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }

  get isSignInRequired(): boolean {
    return this.status === 401;
  }

  get isStale(): boolean {
    return this.status === 409 && this.code === "stale_revision";
  }
}

export const unreachable = () => new Problem(0, "unreachable", "The service does not answer.");

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem(-1, "unexpected", error instanceof Error ? error.message : String(error));
}

export async function problemFrom(response: Response): Promise<Problem> {
  const fallback = `The service answered ${response.status} ${response.statusText}`.trim() + ".";
  let body: unknown;
  try {
    body = await response.json();
  } catch {
    return new Problem(response.status, `http_${response.status}`, fallback);
  }
  if (typeof body !== "object" || body === null) return new Problem(response.status, `http_${response.status}`, fallback);
  const { code, detail, title, ...extra } = body as Record<string, unknown>;
  const words = [detail, title].find((part): part is string => typeof part === "string" && part.length > 0);
  return new Problem(
    response.status,
    typeof code === "string" ? code : `http_${response.status}`,
    words ?? fallback,
    extra,
  );
}
