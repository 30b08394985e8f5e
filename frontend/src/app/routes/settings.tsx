// Settings: one's own, the workspace's, the models', the instance's.
import { getRouteApi, Link } from "@tanstack/react-router";
import { Lock } from "lucide-react";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { StateMessage } from "@/components/States";
import { Skeleton } from "@/components/ui/skeleton";
import { withTexts } from "@/features/knowledge/texts";
import { MemoriesSettings } from "@/features/memories/MemoriesSettings";
import { ModelsSettings } from "@/features/models/ModelsSettings";
import { InstancePanel } from "@/features/settings/InstancePanel";
import { ProfileSettings } from "@/features/settings/ProfileSettings";
import { WorkspaceSettings } from "@/features/workspace/WorkspaceSettings";
import { useMe } from "@/lib/api/requests/me";

const KnowledgeModels = lazy(() => withTexts(async () => ({ default: (await import("@/features/knowledge/settings/KnowledgeModels")).KnowledgeModels })));

const sections = ["profile", "memory", "workspace", "models", "instance"] as const;
type Section = (typeof sections)[number];

export function SettingsRoute() {
  const { t } = useTranslation();
  const { section: wanted } = getRouteApi("/shell/settings/$section").useParams();
  const owner = useMe().user.is_instance_owner;
  const section = sections.find((one) => one === wanted) ?? "profile";
  return (
    <div className="mx-auto w-full max-w-3xl px-4 py-6 max-lg:pt-14 sm:px-8 sm:py-10">
      <h1 className="text-2xl font-semibold tracking-tight">{t("settings.title")}</h1>
      <nav aria-label={t("settings.sections")} className="mt-5 mb-8 flex gap-1 overflow-x-auto border-b">
        {sections.filter((one) => one !== "instance" || owner).map((one) => (
          <Link key={one} to="/settings/$section" params={{ section: one }} className="-mb-px border-b-2 border-transparent px-3 py-2.5 text-sm font-medium whitespace-nowrap text-muted-foreground hover:text-foreground data-[status=active]:border-primary data-[status=active]:text-foreground">
            {t(`settings.section.${one}`)}
          </Link>
        ))}
      </nav>
      <SectionBody section={section} owner={owner} />
    </div>
  );
}

function SectionBody({ section, owner }: { section: Section; owner: boolean }) {
  const { t } = useTranslation();
  if (section === "instance" && !owner) return <StateMessage icon={<Lock />} title={t("state.forbidden.title")} text={t("state.forbidden.text")} />;
  const bodies = { profile: <ProfileSettings />, memory: <MemoriesSettings />, workspace: <WorkspaceSettings />, models: <Models />, instance: <InstancePanel /> };
  return bodies[section];
}

function Models() {
  return (
    <div className="flex flex-col gap-10">
      <ModelsSettings />
      <Suspense fallback={<Skeleton className="h-40" />}><KnowledgeModels /></Suspense>
    </div>
  );
}
