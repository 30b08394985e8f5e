// The way back to what one came from.
import { Link } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { useTranslation } from "react-i18next";
import { IconButton } from "@/components/ui/button";

export function BackToBases() {
  const { t } = useTranslation();
  return <IconButton asChild label={t("knowledge.backToBases")}><Link to="/knowledge"><ArrowLeft /></Link></IconButton>;
}

export function BackToBase({ baseId, name }: { baseId: string; name: string }) {
  const { t } = useTranslation();
  return <IconButton asChild label={t("knowledge.backToBase", { name })}><Link to="/knowledge/$knowledgeId/$section" params={{ knowledgeId: baseId, section: "documents" }}><ArrowLeft /></Link></IconButton>;
}
