// Everything a component may ask of its surroundings.
import { QueryClientProvider, type QueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Toaster } from "sonner";
import { LiveContext } from "@/lib/live/context";
import { useTheme } from "@/lib/theme";
import type { LiveWire } from "./live";

interface ProvidersProps {
  client: QueryClient;
  live: LiveWire;
  children: ReactNode;
}

export function Providers({ client, live, children }: ProvidersProps) {
  return (
    <QueryClientProvider client={client}>
      <LiveContext value={live}>
        {children}
        <Toasts />
      </LiveContext>
    </QueryClientProvider>
  );
}

function Toasts() {
  return <Toaster theme={useTheme()} position="bottom-right" closeButton duration={6000} toastOptions={{ className: "font-sans" }} />;
}
