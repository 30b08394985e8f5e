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
