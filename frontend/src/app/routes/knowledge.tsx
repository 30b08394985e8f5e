// Knowledge bases: their list, one of them, one of its documents.
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { BasePage, sections } from "@/features/knowledge/BasePage";
import { KnowledgePage } from "@/features/knowledge/KnowledgePage";
import { DocumentPage } from "@/features/knowledge/reading/DocumentPage";

export function KnowledgeRoute() {
  const navigate = useNavigate();
  return <KnowledgePage onMade={(base) => void navigate({ to: "/knowledge/$knowledgeId/$section", params: { knowledgeId: base.id, section: "documents" } })} />;
}

export function BaseRoute() {
  const { knowledgeId, section: wanted } = getRouteApi("/shell/knowledge/$knowledgeId/$section").useParams();
  const navigate = useNavigate();
  const section = sections.find((one) => one === wanted) ?? "documents";
  return <BasePage key={knowledgeId} baseId={knowledgeId} section={section} onDeleted={() => void navigate({ to: "/knowledge" })} />;
}

export function DocumentRoute() {
  const route = getRouteApi("/shell/knowledge/documents/$documentId");
  const { documentId } = route.useParams();
  const { chunk } = route.useSearch();
  const navigate = useNavigate();
  return <DocumentPage key={`${documentId}-${chunk ?? ""}`} documentId={documentId} chunkId={chunk ?? null} onDeleted={(baseId) => void navigate({ to: "/knowledge/$knowledgeId/$section", params: { knowledgeId: baseId, section: "documents" } })} />;
}
