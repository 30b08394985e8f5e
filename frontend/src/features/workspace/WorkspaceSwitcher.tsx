// Shows the current workspace and changes to, or makes, another.
import { ChevronsUpDown, Plus } from "lucide-react";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/input";
import { Menu, MenuChoice, MenuItem, MenuSeparator } from "@/components/ui/menu";
import { errorText, fieldError } from "@/lib/api/error-text";
import { useMe, useWorkspace } from "@/lib/api/requests/me";
import { useUpdateMe } from "@/lib/api/requests/update-me";
import { useCreateWorkspace } from "./api/workspaces";

export function WorkspaceSwitcher({ onSwitched }: { onSwitched: () => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const current = useWorkspace();
  const update = useUpdateMe();
  const [making, setMaking] = useState(false);
  const go = (id: string): void => {
    update.mutate({ default_workspace_id: id }, { onSuccess: onSwitched, onError: (error) => toast.error(errorText(error, t)) });
  };
  return (
    <>
      <Menu
        align="start"
        className="w-64"
        trigger={
          <button type="button" aria-label={t("workspace.switch", { name: current.name })} className="flex min-w-0 items-center gap-1.5 rounded-md px-2 py-1 text-[13px] text-muted-foreground hover:bg-foreground/6 hover:text-foreground">
            <span className="truncate">{current.name}</span><ChevronsUpDown className="size-3.5 shrink-0" aria-hidden />
          </button>
        }
      >
        <MenuChoice label={t("workspace.title")} value={current.id} options={me.workspaces.map(({ id, name }) => ({ value: id, label: name }))} onChange={go} />
        <MenuSeparator />
        <MenuItem onSelect={() => setMaking(true)}><Plus />{t("workspace.new")}</MenuItem>
      </Menu>
      <Dialog open={making} onOpenChange={setMaking} title={t("workspace.new")} description={t("workspace.newText")}>
        <NewWorkspace onMade={(id) => { setMaking(false); go(id); }} />
      </Dialog>
    </>
  );
}

function NewWorkspace({ onMade }: { onMade: (id: string) => void }) {
  const { t } = useTranslation();
  const create = useCreateWorkspace();
  const [name, setName] = useState("");
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    create.mutate(name.trim(), { onSuccess: (workspace) => onMade(workspace.id), onError: (error) => toast.error(errorText(error, t)) });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field label={t("workspace.name")} error={fieldError(create.error, "name", t)}>
        {(props) => <Input {...props} required maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      <Button type="submit" busy={create.isPending} className="self-end">{t("workspace.create")}</Button>
    </form>
  );
}
