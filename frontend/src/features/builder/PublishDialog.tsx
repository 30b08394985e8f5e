// Publishes the draft as a new version, with a note on what changed.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field, Textarea } from "@/components/ui/input";
import { errorText } from "@/lib/api/error-text";
import type { Agent } from "@/lib/api/types";
import { usePublish } from "./api/publish";

interface PublishDialogProps {
  agent: Agent;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  flush: () => Promise<boolean>;
}

export function PublishDialog({ agent, open, onOpenChange, flush }: PublishDialogProps) {
  const { t } = useTranslation();
  const publish = usePublish(agent.id);
  const [notes, setNotes] = useState("");
  const submit = async (): Promise<void> => {
    if (!(await flush())) {
      toast.error(t("builder.notSavedYet"));
      return;
    }
    publish.mutate(notes, {
      onError: (error) => toast.error(errorText(error, t)),
      onSuccess: (fresh) => {
        setNotes("");
        onOpenChange(false);
        toast.success(t("builder.publishedAs", { number: fresh.published?.number ?? 1 }));
      },
    });
  };
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("builder.publishTitle")} description={t(agent.visibility === "private" ? "builder.publishPrivate" : "builder.publishShared")}>
      <Field label={t("builder.notes")} optional={t("common.optional")}>
        {(props) => <Textarea {...props} rows={3} maxLength={2000} placeholder={t("builder.notesPlaceholder")} value={notes} onChange={(event) => setNotes(event.target.value)} />}
      </Field>
      <div className="flex justify-end gap-2">
        <Button variant="outline" onClick={() => onOpenChange(false)}>{t("common.cancel")}</Button>
        <Button busy={publish.isPending} onClick={() => void submit()}>{t("builder.publishNow")}</Button>
      </div>
    </Dialog>
  );
}
