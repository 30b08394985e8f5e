// An agent's face: an emoji on a soft colour.
import type { Avatar, AvatarColor } from "@/lib/api/types";
import { cn } from "@/lib/cn";

export const avatarColors: Record<AvatarColor, string> = {
  slate: "bg-slate-200 dark:bg-slate-700",
  red: "bg-red-200 dark:bg-red-900",
  amber: "bg-amber-200 dark:bg-amber-900",
  green: "bg-green-200 dark:bg-green-900",
  teal: "bg-teal-200 dark:bg-teal-900",
  blue: "bg-blue-200 dark:bg-blue-900",
  violet: "bg-violet-200 dark:bg-violet-900",
  pink: "bg-pink-200 dark:bg-pink-900",
};

const sizes = { xs: "size-5 rounded-md text-xs", sm: "size-8 rounded-lg text-base", md: "size-11 rounded-xl text-xl", lg: "size-16 rounded-2xl text-3xl" };

export function AgentAvatar({ avatar, size = "sm", className }: { avatar: Avatar; size?: keyof typeof sizes; className?: string }) {
  return (
    <span aria-hidden className={cn("grid shrink-0 place-items-center overflow-hidden leading-none", sizes[size], avatarColors[avatar.color], className)}>
      {avatar.emoji || "🤖"}
    </span>
  );
}
