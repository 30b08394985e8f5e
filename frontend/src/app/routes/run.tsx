// The trace of a run.
import { getRouteApi } from "@tanstack/react-router";
import { RunPage } from "@/features/runs/RunPage";

export function RunRoute() {
  const { runId } = getRouteApi("/shell/runs/$runId").useParams();
  return <RunPage key={runId} runId={runId} />;
}
