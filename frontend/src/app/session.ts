// What happens when somebody comes or goes.
import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";

/** Forgets everything that belonged to the person who left. */
export function forgetPerson(client: QueryClient): void {
  client.clear();
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith("glms.draft.") || key.startsWith("glms.upload.") || key === "glms.outbox" || key === "glms.last-agent") localStorage.removeItem(key);
    }
  } catch {
    // Without storage there is nothing to forget.
  }
}

/** Signed out on purpose: a clean page at the door. */
export function useLeave(): () => void {
  const client = useQueryClient();
  const router = useRouter();
  return () => {
    forgetPerson(client);
    void router.navigate({ to: "/sign-in", search: { next: "/" }, reloadDocument: true });
  };
}
