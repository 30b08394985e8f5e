// How answers are cached and when a question is asked again.
import { QueryClient } from "@tanstack/react-query";
import { isTransient } from "./errors";

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        retry: (count, error) => isTransient(error) && count < 2,
        refetchOnWindowFocus: true,
      },
      mutations: { retry: false, networkMode: "always" },
    },
  });
}
