// Has a web page read, or the pages of its site that it leads to.
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field, Input, Select } from "@/components/ui/input";
import { fieldError, formError } from "@/lib/api/error-text";
import { useSiteDeed, type NewSite } from "../api/sites";

interface DialogProps {
  baseId: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function AddSiteDialog({ baseId, open, onOpenChange }: DialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("knowledge.addSite.title")} description={t("knowledge.addSite.text")}>
      <SiteForm baseId={baseId} onClose={() => onOpenChange(false)} />
    </Dialog>
  );
}

const depths = [0, 1, 2, 3] as const;

function SiteForm({ baseId, onClose }: { baseId: string; onClose: () => void }) {
  const { t } = useTranslation();
  const deed = useSiteDeed(baseId);
  const [form, setForm] = useState<NewSite>({ url: "", depth: 0, most_pages: 50, path_prefix: "" });
  const edit = (change: Partial<NewSite>): void => setForm({ ...form, ...change });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    deed.mutate({ deed: "add", body: { ...form, url: form.url.trim(), path_prefix: form.depth === 0 ? "" : form.path_prefix.trim() } }, { onSuccess: () => { toast(t("knowledge.addSite.begun")); onClose(); } });
  };
  const wrong = (field: keyof NewSite): string | null => fieldError(deed.error, field, t);
  const failed = formError(deed.error, Object.keys(form), t);
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {failed ? <p role="alert" className="text-sm text-danger">{failed}</p> : null}
      <Field label={t("knowledge.addSite.url")} error={wrong("url")}>
        {(props) => <Input {...props} type="url" required autoFocus placeholder="https://" value={form.url} onChange={(event) => edit({ url: event.target.value })} />}
      </Field>
      <Field label={t("knowledge.addSite.depth")} hint={t("knowledge.addSite.depthHint")} error={wrong("depth")}>
        {(props) => <Select {...props} value={form.depth} onChange={(event) => edit({ depth: Number(event.target.value) })}>{depths.map((depth) => <option key={depth} value={depth}>{t(`knowledge.depth.${depth}`)}</option>)}</Select>}
      </Field>
      {form.depth > 0 ? (
        <>
          <Field label={t("knowledge.addSite.mostPages")} error={wrong("most_pages")}>
            {(props) => <Input {...props} type="number" required min={1} max={500} value={form.most_pages} onChange={(event) => edit({ most_pages: event.target.valueAsNumber || 0 })} />}
          </Field>
          <Field label={t("knowledge.addSite.prefix")} hint={t("knowledge.addSite.prefixHint")} optional={t("common.optional")} error={wrong("path_prefix")}>
            {(props) => <Input {...props} placeholder="/docs/" maxLength={500} value={form.path_prefix} onChange={(event) => edit({ path_prefix: event.target.value })} />}
          </Field>
        </>
      ) : null}
      <div className="flex justify-end gap-2">
        <Button variant="outline" onClick={onClose}>{t("common.cancel")}</Button>
        <Button type="submit" busy={deed.isPending}>{t("knowledge.add")}</Button>
      </div>
    </form>
  );
}
