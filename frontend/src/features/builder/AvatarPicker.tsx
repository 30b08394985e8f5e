// Chooses an agent's emoji and colour.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { AgentAvatar, avatarColors } from "@/components/AgentAvatar";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/input";
import type { Avatar, AvatarColor } from "@/lib/api/types";
import { cn } from "@/lib/cn";

const emojis = "🤖 🦉 🐙 🦊 🐼 🐳 🌱 🌍 🔭 🧭 🧪 🧮 📚 📝 📈 💡 🎨 🎵 🍳 🧘 💼 🩺 🛠️ 🚀".split(" ");
const colors = Object.keys(avatarColors) as AvatarColor[];

function lastGrapheme(text: string): string {
  const segments = new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text.trim());
  return [...segments].at(-1)?.segment ?? "";
}

export function AvatarPicker({ avatar, onChange }: { avatar: Avatar; onChange: (avatar: Avatar) => void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" aria-label={t("builder.changeAvatar")} title={t("builder.changeAvatar")} onClick={() => setOpen(true)} className="rounded-2xl transition-transform hover:scale-105">
        <AgentAvatar avatar={avatar} size="lg" />
      </button>
      <Dialog open={open} onOpenChange={setOpen} title={t("builder.avatar")}>
        <div className="grid grid-cols-8 gap-1">
          {emojis.map((emoji) => (
            <button key={emoji} type="button" aria-label={emoji} aria-pressed={emoji === avatar.emoji} onClick={() => onChange({ ...avatar, emoji })} className="grid aspect-square place-items-center rounded-lg text-xl hover:bg-muted aria-pressed:bg-primary-soft">
              {emoji}
            </button>
          ))}
        </div>
        <Field label={t("builder.ownEmoji")}>
          {(props) => <Input {...props} value={avatar.emoji} onChange={(event) => onChange({ ...avatar, emoji: lastGrapheme(event.target.value) })} className="w-20 text-center text-lg" />}
        </Field>
        <div role="group" aria-label={t("builder.color")} className="flex flex-wrap gap-2">
          {colors.map((color) => (
            <button key={color} type="button" aria-label={t(`color.${color}`)} title={t(`color.${color}`)} aria-pressed={color === avatar.color} onClick={() => onChange({ ...avatar, color })} className={cn("size-8 rounded-full outline-offset-2 aria-pressed:outline-2 aria-pressed:outline-primary", avatarColors[color])} />
          ))}
        </div>
        <Button onClick={() => setOpen(false)} className="self-end">{t("common.done")}</Button>
      </Dialog>
    </>
  );
}
