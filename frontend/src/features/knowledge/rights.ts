// Who may do what with a base.
import type { KnowledgeBase } from "@/lib/api/knowledge-types";
import { canManage, useMe } from "@/lib/api/requests/me";

/** Its maker and the admins of its workspace delete it and say who sees it. */
export function useMayManage(base: KnowledgeBase): boolean {
  const me = useMe();
  const role = me.workspaces.find((workspace) => workspace.id === base.workspace_id)?.role;
  return base.owner.id === me.user.id || (role !== undefined && canManage(role));
}
