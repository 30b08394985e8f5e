// Every address of the page, and what must be true to see it.
import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from "@tanstack/react-router";
import { ApiError } from "@/lib/api/errors";
import { instanceQuery } from "@/lib/api/requests/instance";
import { meQuery } from "@/lib/api/requests/me";
import { ErrorPage, NotFoundPage, PendingPage } from "./ErrorPage";
import { safeNext } from "./next";
import { AppShell } from "./shell/AppShell";

interface RouterContext {
  client: QueryClient;
}

const root = createRootRouteWithContext<RouterContext>()({ component: Outlet, errorComponent: ErrorPage, notFoundComponent: NotFoundPage });

const auth = (): Promise<typeof import("./routes/auth")> => import("./routes/auth");
const knowledgePages = async (): Promise<typeof import("./routes/knowledge")> => (await import("@/features/knowledge/texts")).withTexts(() => import("./routes/knowledge"));
const validateNext = (search: Record<string, unknown>): { next: string } => ({ next: safeNext(search.next) });

const signIn = createRoute({ getParentRoute: () => root, path: "/sign-in", validateSearch: validateNext, component: lazyRouteComponent(auth, "SignInRoute") });
const signUp = createRoute({ getParentRoute: () => root, path: "/sign-up", validateSearch: validateNext, component: lazyRouteComponent(auth, "SignUpRoute") });
const forgot = createRoute({ getParentRoute: () => root, path: "/forgot-password", component: lazyRouteComponent(auth, "ForgotPasswordRoute") });
const reset = createRoute({ getParentRoute: () => root, path: "/account/password/reset/key/$key", component: lazyRouteComponent(auth, "ResetPasswordRoute") });
const invitation = createRoute({ getParentRoute: () => root, path: "/invitations/$token", component: lazyRouteComponent(auth, "InvitationRoute") });

/** Lets in who is signed in; others go to the door, or make the first account. */
async function requirePerson(client: QueryClient, href: string): Promise<void> {
  try {
    await client.query({ ...meQuery, staleTime: "static" });
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    const instance = await client.query(instanceQuery);
     
    throw redirect({ to: instance.signup === "first_account" ? "/sign-up" : "/sign-in", search: { next: safeNext(href) } });
  }
}

const shell = createRoute({
  getParentRoute: () => root,
  id: "shell",
  component: AppShell,
  pendingComponent: PendingPage,
  beforeLoad: ({ context, location }) => requirePerson(context.client, location.href),
});

const home = createRoute({
  getParentRoute: () => shell,
  path: "/",
  validateSearch: (search: Record<string, unknown>): { agent?: string } => (typeof search.agent === "string" ? { agent: search.agent } : {}),
  component: lazyRouteComponent(() => import("./routes/chat"), "NewChatRoute"),
});
const conversation = createRoute({ getParentRoute: () => shell, path: "/c/$conversationId", component: lazyRouteComponent(() => import("./routes/chat"), "ChatRoute") });
const agents = createRoute({ getParentRoute: () => shell, path: "/agents", component: lazyRouteComponent(() => import("./routes/agents"), "AgentsRoute") });
const builder = createRoute({ getParentRoute: () => shell, path: "/agents/$agentId", component: lazyRouteComponent(() => import("./routes/builder"), "BuilderRoute") });
const functions = createRoute({ getParentRoute: () => shell, path: "/functions", component: lazyRouteComponent(() => import("./routes/functions"), "FunctionsRoute") });
const functionEditor = createRoute({ getParentRoute: () => shell, path: "/functions/$functionId", component: lazyRouteComponent(() => import("./routes/functions"), "FunctionRoute") });
const knowledge = createRoute({ getParentRoute: () => shell, path: "/knowledge", component: lazyRouteComponent(knowledgePages, "KnowledgeRoute") });
const knowledgeHome = createRoute({
  getParentRoute: () => shell,
  path: "/knowledge/$knowledgeId",
  beforeLoad: ({ params }) => {

    throw redirect({ to: "/knowledge/$knowledgeId/$section", params: { ...params, section: "documents" }, replace: true });
  },
});
const knowledgeBase = createRoute({ getParentRoute: () => shell, path: "/knowledge/$knowledgeId/$section", component: lazyRouteComponent(knowledgePages, "BaseRoute") });
const knowledgeDocument = createRoute({
  getParentRoute: () => shell,
  path: "/knowledge/documents/$documentId",
  validateSearch: ({ chunk }: Record<string, unknown>): { chunk?: number } => (Number.isSafeInteger(Number(chunk)) && Number(chunk) > 0 ? { chunk: Number(chunk) } : {}),
  component: lazyRouteComponent(knowledgePages, "DocumentRoute"),
});
const run = createRoute({ getParentRoute: () => shell, path: "/runs/$runId", component: lazyRouteComponent(() => import("./routes/run"), "RunRoute") });
const settings = createRoute({ getParentRoute: () => shell, path: "/settings/$section", component: lazyRouteComponent(() => import("./routes/settings"), "SettingsRoute") });
const settingsHome = createRoute({
  getParentRoute: () => shell,
  path: "/settings",
  beforeLoad: () => {
     
    throw redirect({ to: "/settings/$section", params: { section: "profile" } });
  },
});

const tree = root.addChildren([signIn, signUp, forgot, reset, invitation, shell.addChildren([home, conversation, agents, builder, functions, functionEditor, knowledge, knowledgeHome, knowledgeBase, knowledgeDocument, run, settings, settingsHome])]);

export function createAppRouter(client: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { client },
    defaultPreload: "intent",
    defaultPendingComponent: PendingPage,
    defaultErrorComponent: ErrorPage,
    defaultNotFoundComponent: NotFoundPage,
    scrollRestoration: false,
  });
}

export type AppRouter = ReturnType<typeof createAppRouter>;

declare module "@tanstack/react-router" {
  interface Register {
    router: AppRouter;
  }
}
