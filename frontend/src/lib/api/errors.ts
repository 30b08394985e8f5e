// What can go wrong with a request, as the page sees it.

export interface FieldError {
  param: string | null;
  code: string;
  message: string;
}

/** The server answered, and said no. `fields` names every offending field it told us about. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: string;
  readonly param: string | null;
  readonly requestId: string | null;
  readonly fields: FieldError[];
  readonly retryAfter: number | null;
  readonly detail: unknown;

  constructor(init: {
    status: number;
    code: string;
    message: string;
    param?: string | null;
    requestId?: string | null;
    fields?: FieldError[];
    retryAfter?: number | null;
    detail?: unknown;
  }) {
    super(init.message);
    this.status = init.status;
    this.code = init.code;
    this.param = init.param ?? null;
    this.requestId = init.requestId ?? null;
    this.fields = init.fields ?? (init.param ? [{ param: init.param, code: init.code, message: init.message }] : []);
    this.detail = init.detail ?? null;
    this.retryAfter = init.retryAfter ?? null;
  }
}

/** No answer came: the network is down, the server is away or the answer was cut. */
export class NetworkError extends Error {
  override readonly name = "NetworkError";
}

export function isApiError(error: unknown, code?: string): error is ApiError {
  return error instanceof ApiError && (code === undefined || error.code === code);
}

/** Whether asking again later may help without anybody changing anything. */
export function isTransient(error: unknown): boolean {
  if (error instanceof NetworkError) return true;
  return error instanceof ApiError && (error.status === 503 || error.status === 502 || error.status === 504);
}
