// One document in the list.
import { Link } from "@tanstack/react-router";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { visibleText } from "@/components/markdown/text";
import { Badge } from "@/components/ui/badge";
import type { KnowledgeBase, KnowledgeDocument } from "@/lib/api/knowledge-types";
import { formatRelative } from "@/lib/format";
import { inShort } from "../metadata";
import { DocumentMenu } from "./DocumentMenu";
import { StateIcon, StateLine } from "./StateLine";

interface RowProps {
  document: KnowledgeDocument;
  base: KnowledgeBase;
}

export const DocumentRow = memo(function DocumentRow({ document, base }: RowProps) {
  const { t } = useTranslation();
  const described = base.fields.filter((field) => document.metadata[field.name] !== undefined).slice(0, 4);
  return (
    <li className="flex items-start gap-3 px-4 py-3 [&>svg]:mt-0.5 [&>svg]:size-4 [&>svg]:shrink-0">
      <StateIcon document={document} />
      <div className="min-w-0 grow">
        <p className="flex flex-wrap items-baseline gap-x-2 text-sm">
          <Link to="/knowledge/documents/$documentId" params={{ documentId: document.id }} className="min-w-0 font-medium break-words underline-offset-4 hover:underline">{visibleText(document.name)}</Link>
          {document.origin === "file" ? null : <Badge>{t(`knowledge.origin.${document.origin}`)}</Badge>}
          {document.warnings.length > 0 ? <Badge tone="warning">{t("knowledge.documents.warnings", { count: document.warnings.length })}</Badge> : null}
        </p>
        <StateLine document={document} />
        {described.length > 0 ? <p className="mt-1 flex flex-wrap gap-1">{described.map(({ name }) => <Badge key={name} className="max-w-60 truncate font-normal">{visibleText(name)}: {visibleText(inShort(document.metadata[name]))}</Badge>)}</p> : null}
      </div>
      <span className="shrink-0 text-xs text-muted-foreground max-sm:hidden">{formatRelative(document.created_at)}</span>
      <DocumentMenu document={document} base={base} />
    </li>
  );
});
