// The REST routes of the mock: people, workspaces, models, agents.
import { addAgent, defaultConfig, iso, newId, publish, seedChecks, versionRef } from "./db.mjs";

export class Refusal extends Error {
  constructor(status, code, message, param = null) {
    super(message);
    Object.assign(this, { status, code, param });
  }
}

export const page = (items, limit = 50, cursor = null) => {
  const from = cursor ? Number(cursor) : 0;
  const slice = items.slice(from, from + limit);
  return { items: slice, next_cursor: from + limit < items.length ? String(from + limit) : null };
};

export function find(list, id) {
  const found = list.find((one) => one.id === id);
  if (!found) throw new Refusal(404, "not_found", "It does not exist.");
  return found;
}

const me = (db, user) => ({
  user: { id: user.id, email: user.email, name: user.name, language: user.language, is_instance_owner: user.is_instance_owner },
  workspaces: db.members.filter((member) => member.user_id === user.id).map((member) => ({ id: member.workspace_id, name: find(db.workspaces, member.workspace_id).name, role: member.role })),
  default_workspace_id: user.default_workspace_id,
});

function checkDraft(draft) {
  if (draft?.name !== undefined && !draft.name.trim()) throw new Refusal(422, "invalid_request", "A name is needed.", "draft.name");
  const keys = draft?.variables?.map((variable) => variable.key) ?? [];
  keys.forEach((key, index) => {
    if (!key) throw new Refusal(422, "invalid_request", "A key is needed.", `draft.variables.${index}.key`);
    if (keys.indexOf(key) !== index) throw new Refusal(422, "invalid_request", "This key is used twice.", `draft.variables.${index}.key`);
  });
}

function patchAgent(db, agent, body) {
  checkDraft(body.draft);
  if (body.draft && body.draft_revision !== undefined && body.draft_revision !== agent.draft_revision) throw new Refusal(409, "revision_conflict", "The draft was changed in the meantime.");
  if (body.draft) { Object.assign(agent.draft, body.draft); agent.draft_revision += 1; agent.has_unpublished_changes = true; }
  if (body.visibility) agent.visibility = body.visibility;
  agent.updated_at = iso();
  return agent;
}

const agentActions = {
  restore: (_db, _user, agent) => Object.assign(agent, { deleted_at: null }),
  archive: (_db, _user, agent) => Object.assign(agent, { archived_at: iso() }),
  unarchive: (_db, _user, agent) => Object.assign(agent, { archived_at: null }),
  duplicate: (db, user, agent) => addAgent(db, user, { ...structuredClone(agent.draft), name: `${agent.draft.name} (copy)` }, { workspace_id: agent.workspace_id }),
  publish: (db, user, agent, body) => { publish(db, user, agent, body?.notes ?? ""); return agent; },
};

const version = (db, id, number) => {
  const found = db.versions.find((one) => one.agent_id === id && one.number === Number(number));
  if (!found) throw new Refusal(404, "not_found", "No such version.");
  return found;
};

const invitationOf = ({ token: _token, workspace_id: _workspace, ...invitation }) => invitation;

/** [method, path pattern, handler]; handlers get everything of the request and return [status, body]. */
export const routes = [
  ["GET", "/instance", ({ db }) => [200, { name: db.instance.name, version: db.instance.version, signup: db.users.length === 0 ? "first_account" : db.instance.signup_open ? "open" : "closed", banner: null }], "public"],
  ["GET", "/invitations/:token", ({ db, params }) => {
    const invitation = db.invitations.find((one) => one.token === params.token);
    if (!invitation) throw new Refusal(404, "not_found", "No such invitation.");
    return [200, { workspace_name: find(db.workspaces, invitation.workspace_id).name, email: invitation.email, role: invitation.role, expires_at: invitation.expires_at }];
  }, "public"],
  ["POST", "/invitations/:token/accept", ({ db, user, params }) => {
    const invitation = db.invitations.find((one) => one.token === params.token);
    db.members.push({ id: newId(), workspace_id: invitation.workspace_id, user_id: user.id, role: invitation.role, joined_at: iso() });
    user.default_workspace_id = invitation.workspace_id;
    db.invitations = db.invitations.filter((one) => one !== invitation);
    return [200, {}];
  }],
  ["GET", "/instance/settings", ({ db }) => [200, { name: db.instance.name, signup_open: db.instance.signup_open }]],
  ["PATCH", "/instance/settings", ({ db, body }) => { Object.assign(db.instance, body); return [200, { name: db.instance.name, signup_open: db.instance.signup_open }]; }],
  ["GET", "/me", ({ db, user }) => [200, me(db, user)]],
  ["PATCH", "/me", ({ db, user, body }) => { Object.assign(user, body); return [200, me(db, user)]; }],
  ["POST", "/workspaces", ({ db, user, body }) => {
    const workspace = { id: newId(), name: body.name };
    db.workspaces.push(workspace);
    db.members.push({ id: newId(), workspace_id: workspace.id, user_id: user.id, role: "owner", joined_at: iso() });
    return [201, { ...workspace, role: "owner" }];
  }],
  ["PATCH", "/workspaces/:id", ({ db, params, body }) => [200, Object.assign(find(db.workspaces, params.id), body)]],
  ["DELETE", "/workspaces/:id", ({ db, params }) => { db.members = db.members.filter((one) => one.workspace_id !== params.id); return [204]; }],
  ["GET", "/workspaces/:id/members", ({ db, params }) => [200, page(db.members.filter((one) => one.workspace_id === params.id).map((one) => { const { id, name, email } = find(db.users, one.user_id); return { id: one.id, user: { id, name, email }, role: one.role, joined_at: one.joined_at }; }))]],
  ["PATCH", "/workspaces/:id/members/:member", ({ db, params, body }) => [200, Object.assign(find(db.members, params.member), body)]],
  ["DELETE", "/workspaces/:id/members/:member", ({ db, params }) => { db.members = db.members.filter((one) => one.id !== params.member); return [204]; }],
  ["GET", "/workspaces/:id/invitations", ({ db, params }) => [200, page(db.invitations.filter((one) => one.workspace_id === params.id).map(invitationOf))]],
  ["POST", "/workspaces/:id/invitations", ({ db, params, body }) => {
    const invitation = { id: newId(), token: newId(), workspace_id: params.id, ...body, expires_at: iso(Date.now() + 7 * 864e5), created_at: iso() };
    db.invitations.push(invitation);
    return [201, { ...invitationOf(invitation), link: `/invitations/${invitation.token}` }];
  }],
  ["DELETE", "/workspaces/:id/invitations/:invitation", ({ db, params }) => { db.invitations = db.invitations.filter((one) => one.id !== params.invitation); return [204]; }],
  ["GET", "/workspaces/:id/secrets", ({ db, params }) => [200, page(db.secrets.filter((one) => one.workspace_id === params.id))]],
  ["POST", "/workspaces/:id/secrets", ({ db, params, body }) => { const secret = { id: newId(), workspace_id: params.id, name: body.name, has_value: true, created_at: iso(), updated_at: iso() }; db.secrets.push(secret); return [201, secret]; }],
  ["PUT", "/workspaces/:id/secrets/:secret", ({ db, params }) => [200, Object.assign(find(db.secrets, params.secret), { updated_at: iso() })]],
  ["DELETE", "/workspaces/:id/secrets/:secret", ({ db, params }) => { db.secrets = db.secrets.filter((one) => one.id !== params.secret); return [204]; }],
  ["GET", "/models", ({ db, user }) => [200, page(db.models.map((model) => (user.is_instance_owner ? model : { ...model, url: null, has_key: false, log_tail: [] })))]],
  ["POST", "/models", ({ db, body }) => {
    if (!/^https?:\/\//.test(body.url)) throw new Refusal(422, "invalid_request", "The URL must begin with http:// or https://.", "url");
    const { api_key: key, ...rest } = body;
    const model = { id: newId(), source: "endpoint", is_default: false, is_toy: false, context_length: null, has_key: Boolean(key), status: "unknown", status_detail: "", log_tail: [], dialect: "server", sees_images: false, input_price: null, output_price: null, self_test: [], self_tested_at: null, self_test_running: false, ...rest };
    db.models.push(model);
    return [201, model];
  }],
  ["PATCH", "/models/:id", ({ db, params, body }) => [200, Object.assign(find(db.models, params.id), body)]],
  ["DELETE", "/models/:id", ({ db, params }) => { db.models = db.models.filter((one) => one.id !== params.id); return [204]; }],
  ["POST", "/models/:id/check", ({ db, params }) => { const model = find(db.models, params.id); if (model.source === "endpoint") Object.assign(model, { status: "failed", status_detail: "Connection refused." }); return [200, model]; }],
  ["POST", "/models/:id/self-test", ({ db, params }) => {
    const model = find(db.models, params.id);
    model.self_test_running = true;
    setTimeout(() => Object.assign(model, { self_test: seedChecks(), self_tested_at: iso(), self_test_running: false }), 1500);
    return [202, model];
  }],
  ["GET", "/tools", ({ db }) => [200, page(db.tools)]],
  ["GET", "/agents", ({ db, query }) => [200, page(db.agents.filter((one) => !one.deleted_at && Boolean(one.archived_at) === (query.archived === "true") && (!query.workspace_id || one.workspace_id === query.workspace_id) && one.draft.name.toLowerCase().includes((query.q ?? "").toLowerCase())), 100)]],
  ["POST", "/agents", ({ db, user, body }) => [201, addAgent(db, user, { ...defaultConfig(), ...body.draft }, { workspace_id: body.workspace_id })]],
  ["POST", "/agents/import", ({ db, user, body, query }) => [201, addAgent(db, user, body.config, { workspace_id: query.workspace_id })]],
  ["GET", "/agents/:id", ({ db, params }) => [200, find(db.agents, params.id)]],
  ["PATCH", "/agents/:id", ({ db, params, body }) => [200, patchAgent(db, find(db.agents, params.id), body)]],
  ["DELETE", "/agents/:id", ({ db, params }) => { find(db.agents, params.id).deleted_at = iso(); return [204]; }],
  ["GET", "/agents/:id/versions", ({ db, params }) => [200, page(db.versions.filter((one) => one.agent_id === params.id).map(versionRef).reverse())]],
  ["GET", "/agents/:id/versions/:number", ({ db, params }) => { const { config } = version(db, params.id, params.number); return [200, { ...versionRef(version(db, params.id, params.number)), config }]; }],
  ["POST", "/agents/:id/versions/:number/revert", ({ db, params }) => [200, patchAgent(db, find(db.agents, params.id), { draft: structuredClone(version(db, params.id, params.number).config) })]],
  ["GET", "/agents/:id/export", ({ db, params }) => [200, { format: "glms.agent", format_version: 1, config: find(db.agents, params.id).draft }]],
  ["POST", "/agents/:id/:action", ({ db, user, params, body }) => [200, agentActions[params.action](db, user, find(db.agents, params.id), body)]],
];
