// How an agent greets: its face, its opening words and questions one may start with.
import { AgentAvatar } from "@/components/AgentAvatar";
import { Markdown } from "@/components/markdown/Markdown";
import { visibleText } from "@/components/markdown/text";
import type { Avatar, Variables } from "@/lib/api/types";

export interface OpeningAgent {
  name: string;
  avatar: Avatar;
  opening_statement: string;
  starter_questions: string[];
}

interface OpeningProps {
  agent: OpeningAgent;
  description?: string;
  variables: Variables;
  onAsk: ((question: string) => void) | null;
}

/** `{{key}}` becomes the conversation's value, and a gap where there is none. */
export function fillVariables(text: string, variables: Variables): string {
  return text.replace(/\{\{\s*([\w-]+)\s*\}\}/g, (_whole, key: string) => {
    const value = variables[key];
    return value === null || value === undefined || value === "" ? "…" : String(value);
  });
}

export function Opening({ agent, description = "", variables, onAsk }: OpeningProps) {
  return (
    <section className="flex flex-col items-start gap-5 pt-[6vh]">
      <div className="flex items-center gap-4">
        <AgentAvatar avatar={agent.avatar} size="lg" />
        <div>
          <h2 className="text-xl font-semibold tracking-tight">{agent.name}</h2>
          {description ? <p className="mt-0.5 text-sm text-muted-foreground">{description}</p> : null}
        </div>
      </div>
      {agent.opening_statement ? <Markdown text={fillVariables(agent.opening_statement, variables)} /> : null}
      {onAsk && agent.starter_questions.length > 0 ? (
        <ul className="flex flex-wrap gap-2">
          {agent.starter_questions.map((question) => (
            <li key={question}>
              <button type="button" onClick={() => onAsk(fillVariables(question, variables))} className="rounded-2xl border bg-surface px-4 py-2.5 text-left text-sm transition-colors hover:border-primary hover:bg-primary-soft">
                {visibleText(fillVariables(question, variables))}
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}
