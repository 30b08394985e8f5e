// What an agent will see of the function: name, words and arguments, read from the code.
import type { UseQueryResult } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { visibleText } from "@/components/markdown/text";
import { Pre } from "@/components/trace/parts";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText } from "@/lib/api/error-text";
import type { JsonSchema } from "@/lib/api/types";
import { errorLine, type Signature } from "./api/inspect";

interface Parameter {
  name: string;
  type: string;
  description: string;
  required: boolean;
}

export function parametersOf(schema: JsonSchema): Parameter[] {
  const properties = (schema.properties ?? {}) as Record<string, { type?: unknown; description?: unknown; enum?: unknown }>;
  const required = new Set(Array.isArray(schema.required) ? (schema.required as unknown[]) : []);
  return Object.entries(properties).map(([name, property]) => ({
    name,
    type: Array.isArray(property.enum) ? property.enum.map(String).join(" | ") : Array.isArray(property.type) ? property.type.join(" | ") : typeof property.type === "string" ? property.type : "any",
    description: typeof property.description === "string" ? property.description : "",
    required: required.has(name),
  }));
}

export function SignaturePreview({ inspection }: { inspection: UseQueryResult<Signature> }) {
  const { t } = useTranslation();
  const { data, error, isPending } = inspection;
  const line = errorLine(error);
  return (
    <section aria-label={t("functions.preview")} className="rounded-2xl border bg-surface p-4">
      <h2 className="mb-2 text-sm font-semibold">{t("functions.preview")}</h2>
      <div aria-live="polite">
        {error ? <p className="rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger">{line === null ? null : <span className="font-medium">{t("functions.line", { line })} </span>}{errorText(error, t)}</p> : null}
        {!error && isPending ? <Skeleton className="h-20" /> : null}
        {!error && data ? <Seen signature={data} /> : null}
      </div>
    </section>
  );
}

function Seen({ signature }: { signature: Signature }) {
  const { t } = useTranslation();
  const parameters = parametersOf(signature.parameters);
  return (
    <div className="flex flex-col gap-3 text-sm">
      <p><span className="font-mono font-medium">{visibleText(signature.name)}</span><span className="mt-0.5 block text-[13px] whitespace-pre-line text-muted-foreground">{visibleText(signature.description) || t("functions.noDescription")}</span></p>
      {parameters.length === 0 ? <p className="text-[13px] text-muted-foreground">{t("functions.noParameters")}</p> : (
        <dl className="flex flex-col gap-2 border-t pt-2">
          {parameters.map((one) => (
            <div key={one.name}>
              <dt className="text-[13px]"><span className="font-mono">{one.name}</span> <span className="font-mono text-xs text-muted-foreground">{one.type}</span>{one.required ? null : <span className="ml-1.5 text-xs text-muted-foreground">{t("common.optional")}</span>}</dt>
              {one.description ? <dd className="text-[13px] text-muted-foreground">{visibleText(one.description)}</dd> : null}
            </div>
          ))}
        </dl>
      )}
      <details><summary className="w-fit cursor-pointer rounded text-xs text-muted-foreground hover:text-foreground">{t("functions.schema")}</summary><div className="mt-1.5"><Pre text={JSON.stringify(signature.parameters, null, 2)} /></div></details>
    </div>
  );
}
