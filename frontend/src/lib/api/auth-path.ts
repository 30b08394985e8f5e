// Where signing in and out happens.

export function authPath(path: string): string {
  return `/_allauth/browser/v1${path}`;
}
