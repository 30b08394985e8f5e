"""Pictures that a model describes: found by what it saw, and read without it where it does not answer."""

import base64
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont

from glms.library.attempts import Attempt
from glms.library.ingestion import ingest
from glms.library.jobs import LeaseLost, claim, give_back
from glms.library.models import Job
from glms.library.worker import MAX_TRIES
from glms.serving.models import ModelEndpoint
from tests.factories import make_person, sign_in
from tests.support.shelves import API, Library

Make = Callable[..., Library]

SAW = "A red lighthouse stands on a cliff above the sea."


def picture(words: str = "", *, size: tuple[int, int] = (1600, 800), kind: str = "PNG") -> bytes:
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    draw.ellipse((200, 200, 700, 700), fill="red")
    if words:
        draw.text((760, 300), words, fill="black", font=ImageFont.load_default(size=90))
    data = io.BytesIO()
    image.save(data, kind)
    return data.getvalue()


@pytest.fixture
def seeing(db: None, model_url: str) -> Iterator[ModelEndpoint]:
    """A model that sees, at a server that says what it was told to say."""
    answers = {"Describe this picture": f"[[say {SAW}]]"}
    httpx.post(model_url.replace("/v1", "/scripted/answers"), json=answers)
    yield ModelEndpoint.objects.create(name="Eyes", url=model_url, model="scripted", sees_images=True)
    httpx.post(model_url.replace("/v1", "/scripted/answers"), json={"Describe this picture": "[[say nothing]]"})


@pytest.fixture
def shelf(library: Make, seeing: ModelEndpoint) -> Library:
    made = library()
    change = made.client.patch(made.path, {"caption_model_id": str(seeing.pk)})
    assert change.status_code == 200, change.content
    assert change.json()["caption_model_id"] == str(seeing.pk)
    return made


def brought(shelf: Library, name: str, data: bytes) -> dict[str, Any]:
    document = shelf.upload(name, data).json()
    shelf.work()
    return shelf.document(document["id"])


def asked(url: str) -> int:
    """How often the model was shown a picture."""
    told: dict[str, int] = httpx.get(url.replace("/v1", "/scripted/state")).json()["asked"]
    return sum(times for message, times in told.items() if message.startswith("Describe this picture"))


def again(shelf: Library) -> None:
    Job.objects.update(not_before=timezone.now())
    shelf.work()


def last_request(url: str) -> dict[str, Any]:
    told: list[dict[str, Any]] = httpx.get(url.replace("/v1", "/scripted/requests")).json()["requests"]
    return told[-1]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "TIFF", "WEBP"])
def test_a_picture_without_words_is_found_by_what_is_seen_in_it(shelf: Library, model_url: str, kind: str) -> None:
    document = brought(shelf, f"photo.{kind.lower()}", picture(kind=kind))
    assert (document["state"], document["error"]) == ("ready", None)
    assert "described this picture" in document["warnings"][0]
    assert shelf.found("lighthouse above the sea") == [document["name"]]
    [chunk] = shelf.chunks(document["id"])
    assert (chunk["kind"], chunk["page"], chunk["text"]) == ("image", 1, SAW)
    assert chunk["headings"] == ["Described by a model"]
    asked = last_request(model_url)["messages"][0]["content"]
    head, data = asked[0]["image_url"]["url"].split(",")
    shown = Image.open(io.BytesIO(base64.b64decode(data)))
    assert (head, shown.format, max(shown.size)) == ("data:image/png;base64", "PNG", 1280)
    assert "Write in English" in asked[1]["text"]


def test_words_in_it_are_kept_beside_the_description(shelf: Library) -> None:
    document = brought(shelf, "sign.png", picture("HARBOUR"))
    assert document["state"] == "ready"
    text = shelf.client.get(f"{API}/documents/{document['id']}/text").json()
    assert "HARBOUR" in text["text"]
    assert text["text"].endswith(SAW)
    last = text["blocks"][-1]
    assert (last["kind"], text["text"][last["start"] : last["end"]]) == ("image", SAW)
    assert len(document["warnings"]) == 2
    [chunk] = shelf.chunks(document["id"])
    assert chunk["text"].endswith(f"Described by a model\n\n{SAW}")


def test_a_worker_that_is_lost_leaves_the_description_to_the_next(shelf: Library, model_url: str) -> None:
    before = asked(model_url)
    document = shelf.upload("photo.png", picture()).json()
    given = claim(owner="first")
    assert given is not None
    with pytest.raises(LeaseLost):
        ingest(Attempt(replace(given, attempt=given.attempt - 1)))
    assert (shelf.document(document["id"])["state"], asked(model_url)) == ("parsing", before + 1)
    give_back(given)
    shelf.work()
    assert (shelf.document(document["id"])["state"], asked(model_url)) == ("ready", before + 1)
    assert shelf.client.post(f"{API}/documents/{document['id']}/retry").status_code == 200
    shelf.work()
    assert (shelf.document(document["id"])["state"], asked(model_url)) == ("ready", before + 2)


def test_a_chinese_base_is_described_in_chinese(shelf: Library, model_url: str) -> None:
    shelf.client.patch(shelf.path, {"name": "灯塔手册"})
    document = brought(shelf, "photo.png", picture())
    assert shelf.chunks(document["id"])[0]["headings"] == ["模型的描述"]
    assert "Write in Chinese" in last_request(model_url)["messages"][0]["content"][1]["text"]


def test_nothing_else_is_shown_to_the_model(shelf: Library, model_url: str) -> None:
    before = len(httpx.get(model_url.replace("/v1", "/scripted/requests")).json()["requests"])
    assert brought(shelf, "a.txt", b"The harbour has four quays.")["state"] == "ready"
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><text>A quay in the harbour</text></svg>'
    brought(shelf, "a.svg", svg)
    broken = brought(shelf, "broken.png", picture()[:200])
    assert broken["error"]["code"] == "malformed_image"
    assert len(httpx.get(model_url.replace("/v1", "/scripted/requests")).json()["requests"]) == before


def test_while_the_model_is_away_a_picture_waits_and_says_for_what(shelf: Library, seeing: ModelEndpoint) -> None:
    ModelEndpoint.objects.update(url="http://127.0.0.1:9/v1")
    document = brought(shelf, "photo.png", picture())
    assert (document["state"], document["error"]["code"]) == ("parsing", "caption_model_unavailable")
    ModelEndpoint.objects.update(url=seeing.url)
    again(shelf)
    assert shelf.document(document["id"])["state"] == "ready"


def test_a_model_that_stays_away_fails_a_picture_that_can_be_read_anew(shelf: Library, seeing: ModelEndpoint) -> None:
    ModelEndpoint.objects.update(url="http://127.0.0.1:9/v1")
    document = shelf.upload("photo.png", picture()).json()
    Job.objects.update(tries=MAX_TRIES)
    shelf.work()
    failed = shelf.document(document["id"])
    assert (failed["state"], failed["error"]["code"]) == ("failed", "caption_model_unavailable")
    assert "does not answer" in failed["error"]["message"]
    ModelEndpoint.objects.update(url=seeing.url)
    assert shelf.client.post(f"{API}/documents/{document['id']}/retry").status_code == 200
    shelf.work()
    assert shelf.document(document["id"])["state"] == "ready"


def test_while_the_model_is_away_words_in_a_picture_are_enough(shelf: Library) -> None:
    ModelEndpoint.objects.update(url="http://127.0.0.1:9/v1")
    document = brought(shelf, "sign.png", picture("HARBOUR"))
    assert document["state"] == "ready"
    assert "was not described" in document["warnings"][-1]


def test_a_model_that_refuses_fails_the_picture_with_its_words(shelf: Library, model_url: str) -> None:
    answers = {"Describe this picture": "[[fault 400 9999]]"}
    httpx.post(model_url.replace("/v1", "/scripted/answers"), json=answers)
    document = brought(shelf, "photo.png", picture())
    assert (document["state"], document["error"]["code"]) == ("failed", "caption_refused")
    httpx.post(model_url.replace("/v1", "/scripted/answers"), json={"Describe this picture": f"[[say {SAW}]]"})
    assert shelf.client.post(f"{API}/documents/{document['id']}/retry").status_code == 200
    shelf.work()
    assert shelf.document(document["id"])["state"] == "ready"


def test_without_a_model_a_picture_without_words_fails_as_before(library: Make, shelf: Library) -> None:
    plain = library()
    assert plain.get()["caption_model_id"] is None
    assert brought(plain, "photo.png", picture())["error"]["code"] == "no_text"
    taken = shelf.client.patch(shelf.path, {"caption_model_id": None})
    assert taken.json()["caption_model_id"] is None
    assert brought(shelf, "photo.png", picture())["error"]["code"] == "no_text"


def test_a_model_that_sees_no_more_or_is_gone_is_not_asked(shelf: Library, seeing: ModelEndpoint) -> None:
    ModelEndpoint.objects.update(sees_images=False)
    assert brought(shelf, "photo.png", picture())["error"]["code"] == "no_text"
    seeing.delete()
    assert shelf.get()["caption_model_id"] is None


def test_only_models_that_see_are_chosen(library: Make, model_url: str) -> None:
    blind = ModelEndpoint.objects.create(name="Blind", url=model_url, model="scripted")
    shelf = library()
    for model_id in (str(blind.pk), str(shelf.client.user.pk)):
        refused = shelf.client.patch(shelf.path, {"caption_model_id": model_id})
        assert (refused.status_code, refused.json()["error"]["param"]) == (422, "caption_model_id")


def test_the_owner_says_which_model_sees(db: None, model_url: str) -> None:
    owner = make_person(is_instance_owner=True)
    client = sign_in(owner)
    made = client.post(f"{API}/models", {"name": "Eyes", "url": model_url, "model": "m", "sees_images": True})
    assert (made.status_code, made.json()["sees_images"]) == (201, True), made.content
    changed = client.patch(f"{API}/models/{made.json()['id']}", {"sees_images": False})
    assert changed.json()["sees_images"] is False
    default = client.get(f"{API}/models").json()["items"][0]
    assert default["sees_images"] is False
    assert json.dumps(default)
