// Fails to compile when what the server says it answers no longer fits what the page reads.
import type { components } from "./openapi.gen";
import type * as page from "./types";
import type * as knowledge from "./knowledge-types";

type Server = components["schemas"];
/** Answers leave no field out: what is optional there is only so for requests that share the shape. */
type Whole<T> = T extends object ? { [Key in keyof T]-?: Whole<Exclude<T[Key], undefined>> } : T;
type Fits<Answer extends Read, Read> = [Answer, Read];

/** Left out: the number of a published version, which is never null, and the values of variables, which are `unknown` there. */
export type Drift = [
  Fits<Whole<Server["InstanceOut"]>, page.Instance>,
  Fits<Whole<Server["SettingsOut"]>, page.InstanceSettings>,
  Fits<Whole<Server["MeOut"]>, page.Me>,
  Fits<Whole<Server["WorkspaceRef"]>, page.Workspace>,
  Fits<Whole<Server["MemberOut"]>, page.Member>,
  Fits<Whole<Server["InvitationOut"]>, page.Invitation>,
  Fits<Whole<Server["InvitationMade"]>, page.Invitation>,
  Fits<Whole<Server["InvitationPreview"]>, page.InvitationPreview>,
  Fits<Whole<Server["SecretOut"]>, page.Secret>,
  Fits<Whole<Server["ModelOut"]>, page.Model>,
  Fits<page.ModelInput, Omit<Server["ModelCreate"], "dialect" | "sees_images"> & Partial<Pick<Server["ModelCreate"], "dialect" | "sees_images">>>,
  Fits<Whole<Server["ToolOut"]>, page.Tool>,
  Fits<Whole<Server["UserFunctionOut"]>, page.UserFunction>,
  Fits<Whole<Server["MemoryOut"]>, page.Memory>,
  Fits<Whole<Server["FileOut"]>, page.ChatFile>,
  Fits<Whole<Server["BaseOut"]>, knowledge.KnowledgeBase>,
  Fits<Whole<Server["DocumentOut"]>, knowledge.KnowledgeDocument>,
  Fits<Whole<Server["ChunkOut"]>, knowledge.Chunk>,
  Fits<Whole<Server["TextOut"]>, knowledge.DocumentText>,
  Fits<Whole<Server["SiteOut"]>, knowledge.Site>,
  Fits<Whole<Server["FindingsOut"]>, knowledge.Findings>,
  Fits<Whole<Server["QuestionOut"]>, knowledge.Question>,
  Fits<Whole<Server["EvaluationOut"]>, knowledge.Evaluation>,
  Fits<Whole<Server["KnowledgeModelOut"]>, knowledge.KnowledgeModel>,
  Fits<Whole<Server["CorrectionOut"]>, knowledge.Corrected>,
  Fits<knowledge.Correction, Server["CorrectionIn"]>,
  Fits<Whole<Server["AgentConfig"]>, page.AgentConfig>,
  Fits<Omit<Whole<Server["AgentOut"]>, "published">, Omit<page.Agent, "published">>,
  Fits<Omit<Whole<Server["VersionOut"]>, "number">, Omit<page.AgentVersion, "number">>,
  Fits<Whole<Server["AgentBundle"]>, page.AgentExport>,
  Fits<Omit<Whole<Server["ConversationOut"]>, "variables">, Omit<page.Conversation, "variables">>,
  Fits<Whole<Server["MessageOut"]>, page.Message>,
  Fits<Whole<Server["MessagePage"]>, page.MessagePage>,
  Fits<Whole<Server["RunOut"]>, page.Run>,
  Fits<Whole<Server["RunStartedOut"]>, page.RunAnswer>,
  Fits<page.RunBody, Partial<Server["RunCreate"]>>,
];
