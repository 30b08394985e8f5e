// GET|PATCH /instance/settings
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import { instanceQuery } from "@/lib/api/requests/instance";
import type { InstanceSettings } from "@/lib/api/types";

const KEY = ["instance-settings"];

export function useInstanceSettings() {
  return useQuery({ queryKey: KEY, queryFn: ({ signal }) => api<InstanceSettings>("/instance/settings", { signal }) });
}

export function useUpdateInstance() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Partial<InstanceSettings>) => api<InstanceSettings>("/instance/settings", { method: "PATCH", body }),
    onSuccess: (settings) => {
      client.setQueryData(KEY, settings);
      void client.invalidateQueries({ queryKey: instanceQuery.queryKey });
    },
  });
}
