// The builder, with the chat as its preview.
import { getRouteApi } from "@tanstack/react-router";
import { BuilderPage } from "@/features/builder/BuilderPage";
import { PreviewChat } from "@/features/chat/PreviewChat";
import { useCorrecting } from "../correcting";

export function BuilderRoute() {
  const { agentId } = getRouteApi("/shell/agents/$agentId").useParams();
  const { onWrong, dialog } = useCorrecting();
  return (
    <>
      <BuilderPage agentId={agentId} preview={(props) => <PreviewChat {...props} onWrong={onWrong} />} />
      {dialog}
    </>
  );
}
