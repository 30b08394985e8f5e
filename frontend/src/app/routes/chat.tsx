// Talking: a new conversation, and one that exists.
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { Chat } from "@/features/chat/Chat";
import { ChatHeader } from "@/features/chat/ChatHeader";
import { NewChat } from "@/features/chat/NewChat";
import { useCorrecting } from "../correcting";

export function NewChatRoute() {
  const { agent } = getRouteApi("/shell/").useSearch();
  const navigate = useNavigate();
  return (
    <NewChat
      agentId={agent}
      onPick={(agentId) => void navigate({ to: "/", search: { agent: agentId } })}
      onStarted={(conversationId) => void navigate({ to: "/c/$conversationId", params: { conversationId } })}
    />
  );
}

export function ChatRoute() {
  const { conversationId } = getRouteApi("/shell/c/$conversationId").useParams();
  const { onWrong, dialog } = useCorrecting();
  return (
    <>
      <Chat key={conversationId} conversationId={conversationId} header={(conversation) => <ChatHeader conversation={conversation} />} onWrong={onWrong} />
      {dialog}
    </>
  );
}
