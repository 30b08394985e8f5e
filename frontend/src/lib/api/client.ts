// The one way the page talks HTTP: JSON in, JSON out, one kind of error.
import { ApiError, NetworkError, type FieldError } from "./errors";
import type { ErrorBody } from "./types";

export interface RequestOptions {
  method?: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  body?: unknown;
  query?: Record<string, string | number | boolean | null | undefined>;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

const SESSION_PATH = "/_allauth/browser/v1/auth/session";
const listeners = new Set<() => void>();

/** Calls `listener` whenever the server says the session is over. */
export function onSignedOut(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function api<T>(path: string, options: RequestOptions = {}): Promise<T> {
  return request<T>(`/api/v1${path}`, options);
}

export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  return answered<T>(await send(path, options));
}

/** `created`: false when what was sent was there already. */
export interface Made<T> {
  value: T;
  created: boolean;
}

export async function apiMade<T>(path: string, options: RequestOptions): Promise<Made<T>> {
  return made<T>(await send(`/api/v1${path}`, options));
}

async function made<T>(response: Response): Promise<Made<T>> {
  return { value: await answered<T>(response), created: response.status === 201 };
}

async function answered<T>(response: Response): Promise<T> {
  if (response.status === 204) return undefined as T;
  const body = await readJson(response);
  if (response.ok) return body as T;
  const error = toError(response, body);
  if (error.code === "not_signed_in") listeners.forEach((listener) => listener());
  throw error;
}

async function send(path: string, options: RequestOptions): Promise<Response> {
  const method = options.method ?? "GET";
  const headers: Record<string, string> = { Accept: "application/json", ...options.headers };
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET") headers["X-CSRFToken"] = await csrfToken();
  try {
    return await fetch(path + queryString(options.query), {
      method,
      headers,
      credentials: "same-origin",
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(options.signal ? { signal: options.signal } : {}),
    });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new NetworkError("The server cannot be reached.", { cause });
  }
}

interface UploadOptions {
  onProgress: (share: number) => void;
  signal: AbortSignal;
}

/** Sends a form, telling how much of it is gone. */
export async function upload<T>(path: string, form: FormData, options: UploadOptions): Promise<T> {
  return answered<T>(await sendBytes("POST", `/api/v1${path}`, form, options));
}

export async function uploadMade<T>(path: string, form: FormData, options: UploadOptions): Promise<Made<T>> {
  return made<T>(await sendBytes("POST", `/api/v1${path}`, form, options));
}

type BytesMethod = "HEAD" | "POST" | "PATCH";

interface BytesOptions extends UploadOptions {
  headers?: Record<string, string>;
}

/** One request whose body may take long, answered by headers; raises what the server refuses. */
export async function requestBytes(method: BytesMethod, path: string, body: Blob | null, options: BytesOptions): Promise<Headers> {
  const response = await sendBytes(method, path, body, options);
  if (!response.ok) await answered(response);
  return response.headers;
}

async function sendBytes(method: BytesMethod, path: string, body: FormData | Blob | null, options: BytesOptions): Promise<Response> {
  const { onProgress, signal } = options;
  const headers = { Accept: "application/json", "X-CSRFToken": await csrfToken(), ...options.headers };
  return new Promise<Response>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, path);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => onProgress(event.lengthComputable ? event.loaded / event.total : 0);
    request.onload = () => resolve(new Response(request.status === 204 ? null : request.responseText, { status: request.status, headers: headersOf(request) }));
    request.onerror = () => reject(new NetworkError("The server cannot be reached."));
    request.onabort = () => reject(new DOMException("Aborted", "AbortError"));
    signal.addEventListener("abort", () => request.abort());
    if (signal.aborted) reject(new DOMException("Aborted", "AbortError"));
    else request.send(body);
  });
}

function headersOf(request: XMLHttpRequest): Headers {
  const lines = request.getAllResponseHeaders().trim().split("\r\n").filter(Boolean);
  return new Headers(lines.map((line): [string, string] => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]));
}

export function queryString(query: RequestOptions["query"]): string {
  const pairs = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== null && value !== "");
  if (pairs.length === 0) return "";
  return `?${new URLSearchParams(pairs.map(([key, value]) => [key, String(value)])).toString()}`;
}

async function csrfToken(): Promise<string> {
  const known = readCookie("csrftoken");
  if (known) return known;
  await fetch(SESSION_PATH, { credentials: "same-origin" }).catch(() => undefined);
  return readCookie("csrftoken") ?? "";
}

function readCookie(name: string): string | null {
  const pair = document.cookie.split("; ").find((cookie) => cookie.startsWith(`${name}=`));
  return pair ? decodeURIComponent(pair.slice(name.length + 1)) : null;
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return null;
  }
}

function toError(response: Response, body: unknown): ApiError {
  const retryAfter = Number(response.headers.get("Retry-After")) || null;
  const ours = (body as { error?: ErrorBody } | null)?.error;
  if (ours) {
    return new ApiError({
      status: response.status,
      code: ours.code,
      message: ours.message,
      param: ours.param,
      requestId: ours.request_id,
      detail: ours.detail,
      retryAfter,
    });
  }
  const fields = (body as { errors?: FieldError[] } | null)?.errors ?? [];
  const first = fields[0];
  return new ApiError({
    status: response.status,
    code: first?.code ?? codeOf(response.status),
    message: first?.message ?? response.statusText,
    param: first?.param ?? null,
    fields,
    retryAfter,
  });
}

function codeOf(status: number): string {
  const codes: Record<number, string> = { 401: "not_authenticated", 403: "forbidden", 404: "not_found", 429: "rate_limited" };
  return codes[status] ?? (status >= 502 ? "unavailable" : "internal");
}
