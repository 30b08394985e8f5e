// The shapes of the REST API as the page reads them; `drift.ts` holds them against what the server describes.
import type { Artefact, CallDecision, CallOutcome, Citation, CompactedWhat, FinishReason, Source, TokenUsage, ToolCallRequest, WaitingCall } from "@/lib/events.gen";

export type { Artefact, CallDecision, CallOutcome, Citation, FinishReason, Source, TokenUsage, ToolCallRequest, WaitingCall };

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export interface Instance {
  name: string;
  version: string;
  signup: "first_account" | "open" | "closed";
  banner: string | null;
}

export interface InstanceSettings {
  name: string;
  signup_open: boolean;
}

export type LanguageChoice = "en" | "zh-CN" | "";
export type Role = "owner" | "admin" | "editor" | "viewer";

export interface Person {
  id: string;
  name: string;
}

export interface Me {
  user: { id: string; email: string; name: string; language: string; is_instance_owner: boolean };
  workspaces: Workspace[];
  default_workspace_id: string | null;
}

export interface Workspace {
  id: string;
  name: string;
  role: Role;
}

export interface Member {
  id: string;
  user: { id: string; name: string; email: string };
  role: Role;
  joined_at: string;
}

export interface Invitation {
  id: string;
  email: string;
  role: Role;
  expires_at: string;
  created_at: string;
  link?: string;
}

export interface InvitationPreview {
  workspace_name: string;
  email: string;
  role: Role;
  expires_at: string;
}

export interface Secret {
  id: string;
  name: string;
  has_value: boolean;
  created_at: string;
  updated_at: string;
}

export interface Model {
  id: string;
  name: string;
  model: string;
  source: "bundled" | "local" | "environment" | "endpoint";
  is_default: boolean;
  is_toy: boolean;
  context_length: number | null;
  url: string | null;
  has_key: boolean;
  status: "loading" | "ready" | "failed" | "unknown";
  status_detail: string;
  log_tail: string[];
  dialect: string;
  sees_images: boolean;
  input_price: number | null;
  output_price: number | null;
  self_test: SelfTestCheck[];
  self_tested_at: string | null;
  self_test_running: boolean;
}

/** One thing a model was tried on; `ms`: how long that took. */
export interface SelfTestCheck {
  check: string;
  outcome: "passed" | "failed" | "skipped";
  detail: string;
  ms: number;
}

/** How a model writes its calls; `server`: its server reads them. */
export type Dialect = "server" | "chatglm3" | "glm4" | "glm4-0414" | "glm-z1" | "glm45" | "glm47";

export interface ModelInput {
  name: string;
  url: string;
  model: string;
  api_key?: string;
  context_length?: number;
  dialect?: Dialect;
  sees_images?: boolean;
  input_price?: number | null;
  output_price?: number | null;
}

export type JsonSchema = Record<string, unknown>;

export interface ToolFunction {
  name: string;
  description: string;
  parameters: JsonSchema;
  changes_world: boolean;
}

export interface Tool {
  name: string;
  title: string;
  description: string;
  /** Why it cannot be used on this instance; empty when it can. */
  unavailable: string;
  functions: ToolFunction[];
}

export interface UserFunction {
  id: string;
  workspace_id: string;
  owner: Person;
  visibility: Visibility;
  name: string;
  description: string;
  parameters: JsonSchema;
  code: string;
  secret_names: string[];
  changes_world: boolean;
  created_at: string;
  updated_at: string;
  can_edit: boolean;
}

export interface Memory {
  id: string;
  agent: Person;
  text: string;
  created_at: string;
  updated_at: string;
}

export interface ChatFile {
  id: string;
  conversation_id: string;
  name: string;
  media_type: string;
  size: number;
  sha256: string;
  origin: "user" | "tool";
  created_at: string;
  expires_at: string | null;
}

export type AvatarColor = "slate" | "red" | "amber" | "green" | "teal" | "blue" | "violet" | "pink";

export interface Avatar {
  emoji: string;
  color: AvatarColor;
}

export type VariableType = "text" | "number" | "boolean" | "select";
export type VariableValue = string | number | boolean | null;

export interface Variable {
  key: string;
  label: string;
  type: VariableType;
  required: boolean;
  default: VariableValue;
  options: string[];
}

export interface AgentConfig {
  name: string;
  avatar: Avatar;
  description: string;
  instructions: string;
  model: { id: string | null; temperature: number | null; top_p: number | null; max_tokens: number | null };
  opening_statement: string;
  starter_questions: string[];
  variables: Variable[];
  tools: { name: string; approval: Approval }[];
  functions: { id: string; approval: Approval }[];
  memory: boolean;
  knowledge: { bases: string[]; mode: "tool" | "always"; top_k: number | null };
  max_turns: number;
  budget: { max_tokens: number | null; max_seconds: number | null; max_cost: number | null };
}

/** When a call has to be allowed by a person; `ask`: before it changes the outside world. */
export type Approval = "never" | "ask" | "always";

export type Visibility = "private" | "workspace";

export interface AgentVersionRef {
  id: string;
  number: number;
  content_hash: string;
  notes: string;
  published_at: string;
  published_by: Person;
}

export interface AgentVersion extends AgentVersionRef {
  config: AgentConfig;
}

export interface Agent {
  id: string;
  workspace_id: string;
  visibility: Visibility;
  owner: Person;
  draft: AgentConfig;
  draft_revision: number;
  published: AgentVersionRef | null;
  has_unpublished_changes: boolean;
  archived_at: string | null;
  deleted_at: string | null;
  created_at: string;
  updated_at: string;
  can_edit: boolean;
}

export interface AgentExport {
  format: string;
  format_version: number;
  config: AgentConfig;
}

export type Variables = Record<string, VariableValue>;

export interface Conversation {
  id: string;
  agent: Pick<AgentConfig, "name" | "avatar" | "opening_statement" | "starter_questions" | "variables"> & { id: string };
  title: string;
  title_source: string;
  is_test: boolean;
  variables: Variables;
  head_message_id: string | null;
  active_run_id: string | null;
  revision: number;
  created_at: string;
  updated_at: string;
  deleted_at: string | null;
  snippet?: string | null;
}

export interface Message {
  id: string;
  parent_id: string | null;
  role: "user" | "assistant";
  text: string;
  run_id: string | null;
  run: Run | null;
  sibling_ids: string[];
  files: ChatFile[];
  created_at: string;
}

export interface MessagePage extends Page<Message> {
  revision: number;
}

export type RunBody = { text: string; parent_id?: string | null; file_ids?: string[] } | { regenerate: string };

export interface RunAnswer {
  run: Run;
  user_message: Message;
  reply: Message;
}

export type RunStatus = "queued" | "running" | "waiting" | "finished" | "failed" | "cancelled";

export interface Turn {
  kind: "turn";
  turn: number;
  status: "streaming" | "finished";
  text: string;
  reasoning: string;
  calls: ToolCallRequest[];
  finish_reason: FinishReason | null;
  usage: TokenUsage | null;
  started_ms: number;
  finished_ms: number | null;
  first_token_ms: number | null;
  citations: Citation[];
}

export interface Call {
  kind: "call";
  turn: number;
  call_id: string;
  name: string;
  arguments: string;
  status: "running" | "finished";
  outcome: CallOutcome | null;
  output: string | null;
  started_ms: number;
  finished_ms: number | null;
  decision: CallDecision | null;
  progress: { text: string; fraction: number | null } | null;
  metadata: string;
  view: Record<string, unknown> | null;
  artefacts: Artefact[];
  sources: Source[];
}

export interface Compaction {
  kind: "compaction";
  turn: number;
  what: CompactedWhat;
  tokens_before: number;
  tokens_after: number;
  summary: string;
  started_ms: number;
  finished_ms: number;
}

export type Item = Turn | Call | Compaction;

/** What the events of a run add up to; a `Run` carries it and more. */
export interface RunState {
  status: RunStatus;
  attempt: number;
  items: Item[];
  usage: TokenUsage;
  error: { code: string; message: string } | null;
  waiting: WaitingCall[];
  last_seq: number;
  model: string;
}

export interface Run extends RunState {
  id: string;
  conversation_id: string;
  message_id: string;
  cost: number | null;
  agent_version: { id: string; number: number | null } | null;
  queued_at: string;
  started_at: string | null;
  ended_at: string | null;
}

export interface ErrorBody {
  code: string;
  message: string;
  param: string | null;
  detail: unknown;
  request_id: string;
}
