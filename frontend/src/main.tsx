// Starts the page.
import "./index.css";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createLive } from "./app/live";
import { safeNext } from "./app/next";
import { Providers } from "./app/providers";
import { createAppRouter } from "./app/router";
import { onSignedOut } from "./lib/api/client";
import { createQueryClient } from "./lib/api/query-client";
import { startI18n } from "./lib/i18n";
import { readStored, writeStored } from "./lib/storage";

const client = createQueryClient();
const router = createAppRouter(client);

/** The session ended somewhere else: back to the door, and from there to where one was. */
function sessionEnded(): void {
  const { pathname, href } = router.state.location;
  if (["/sign-in", "/sign-up", "/forgot-password"].includes(pathname) || pathname.startsWith("/invitations/") || pathname.startsWith("/account/")) return;
  if (!client.getQueryData(["me"])) return;
  client.clear();
  void router.navigate({ to: "/sign-in", search: { next: safeNext(href) } });
}

const live = createLive(client, sessionEnded);
onSignedOut(sessionEnded);

/** After an update of the server the parts this page has not loaded yet are gone: load the new page, but not for ever. */
window.addEventListener("vite:preloadError", () => {
  const last = Number(readStored("reloaded", "session") ?? 0);
  if (Date.now() - last < 30_000) return;
  writeStored("reloaded", String(Date.now()), "session");
  location.reload();
});

const element = document.getElementById("root");
if (element) {
  void startI18n().then(() => {
    createRoot(element).render(
      <StrictMode>
        <Providers client={client} live={live}>
          <RouterProvider router={router} />
        </Providers>
      </StrictMode>,
    );
  });
}
