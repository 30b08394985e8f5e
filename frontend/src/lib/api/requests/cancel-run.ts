// POST /runs/{id}/cancel
import { useMutation } from "@tanstack/react-query";
import { api } from "../client";

export function useCancelRun() {
  return useMutation({ mutationFn: (id: string) => api(`/runs/${id}/cancel`, { method: "POST" }) });
}
