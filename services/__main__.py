"""The commands: `python -m services COMMAND`; `--help` lists them."""

from __future__ import annotations

import json
import logging
import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from services import settings
from services.errors import Within24Error

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Within24's commands.")
ledger_app = typer.Typer(invoke_without_command=True, help="The mail ledger.")
journal_app = typer.Typer(no_args_is_help=True, help="The activity log.")
app.add_typer(ledger_app, name="ledger")
app.add_typer(journal_app, name="journal")
figures_app = typer.Typer(no_args_is_help=True, help="The counted days and nightly fingerprints of response times.")
app.add_typer(figures_app, name="figures")

Config = Annotated[str | None, typer.Option("--config", help="The settings file.")]
As = Annotated[str, typer.Option("--as", help="Who does it.")]
DATE_FORMATS = ["%Y-%m-%d"]


@app.callback()
def _main(config: Config = None) -> None:
    """Within24: the desk from which a support team keeps an Amazon seller account healthy."""
    _use(config)


def _use(config: str | None) -> None:
    """Every command takes --config before or after its name."""
    if config:
        os.environ["WITHIN24_CONFIG"] = config


def _runtime(config: str | None) -> Any:
    from services.runtime import runtime

    _use(config)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    return runtime()


@app.command()
def migrate(config: Config = None) -> None:
    """Bring the store to the current version."""
    _runtime(config)


@app.command()
def run(port: Annotated[int, typer.Option(help="The dashboard's port.")] = 8501, config: Config = None) -> None:
    """Start the sync and the dashboard; Ctrl-C stops both."""
    from services.run import run as run_both

    raise typer.Exit(run_both(config, port))


@app.command()
def export(
    kind: str,
    form: Annotated[str, typer.Option("--format", help="jsonl, csv or xlsx")] = "jsonl",
    since: Annotated[datetime | None, typer.Option(formats=DATE_FORMATS)] = None,
    until: Annotated[datetime | None, typer.Option(formats=DATE_FORMATS)] = None,
    out: Annotated[Path | None, typer.Option(help="A file instead of stdout.")] = None,
    personal: Annotated[bool, typer.Option("--personal", help="followups: with columns that look personal.")] = False,
    config: Config = None,
) -> None:
    """Export one row per thing: tickets, messages, ledger, outbox, orders, feedback, returns, claims, health, …"""
    from services import export as exports
    from services.cli import write

    if kind not in exports.KINDS:
        raise typer.BadParameter(f"{kind!r} cannot be exported; known: {', '.join(exports.KINDS)}")
    if form not in ("jsonl", "csv", "xlsx"):
        raise typer.BadParameter(f"{form!r} is no format; choose jsonl, csv or xlsx")
    store = _runtime(config).store
    found = exports.rows(store, kind, now=settings.now(), since=_day(since), until=_day(until), personal=personal)
    try:
        n = write.rows(found, form=form, out=out)
    except (ValueError, OSError) as error:
        raise typer.BadParameter(str(error)) from None
    if out:
        typer.echo(f"{n} rows written to {out}", err=True)


@app.command()
def mark(
    message: int,
    no_response_needed: Annotated[bool, typer.Option("--no-response-needed")] = False,
    answered_at: Annotated[str | None, typer.Option(help="ISO time of the answer in Seller Central.")] = None,
    person: As = "script",
    config: Config = None,
) -> None:
    """Mark a message: no response needed, or answered in Seller Central at a time."""
    from services import people
    from services.inbox import marks

    if no_response_needed == (answered_at is not None):
        raise typer.BadParameter("give either --no-response-needed or --answered-at TIME")
    store = _runtime(config).store
    at = _moment(answered_at) if answered_at else None
    actor = people.by_name(store, person)
    ticket_id, kind = marks.mark_message(store, message, actor=actor, now=settings.now(), answered_at=at)
    typer.echo(json.dumps({"message": message, "ticket": ticket_id, "mark": kind, "by": actor.name}))


@app.command()
def followup(
    row_key: Annotated[str, typer.Argument(help="As exported; an order id where one row has it.")],
    contacted_by: Annotated[str, typer.Option("--contacted-by", help="Who contacted the buyer.")],
    at: Annotated[str | None, typer.Option(help="ISO time of the contact; default: now.")] = None,
    note: Annotated[str, typer.Option(help="Added to the row's note.")] = "",
    account: Annotated[str, typer.Option(help="Where several rows go by this name.")] = "",
    sheet: Annotated[str, typer.Option(help="The same, by the sheet's key or file name.")] = "",
    config: Config = None,
) -> None:
    """Mark a follow-up of a sheet as contacted; the sheet's own cells are written by the sync."""
    from services.followups import marking

    store = _runtime(config).store
    moment = _moment(at) if at else None
    done = marking.mark(
        store,
        row_key,
        contacted_by=contacted_by,
        now=settings.now(),
        at=moment,
        note=note,
        account=account,
        sheet=sheet,
    )
    typer.echo(json.dumps(done, ensure_ascii=False))


@app.command()
def reply(
    ticket: int,
    text_file: Annotated[Path, typer.Option("--text-file", help="The words, as UTF-8.")],
    person: As = "script",
    config: Config = None,
) -> None:
    """Queue a reply as Send does and print its outbox id; exit 1 with the findings if the policy check blocks it."""
    from services import people
    from services.errors import Blocked
    from services.inbox import replying

    runtime = _runtime(config)
    text, now = _words(text_file), settings.now()
    actor = people.by_name(runtime.store, person)
    try:
        typer.echo(replying.send(runtime.store, runtime.settings, ticket, None, actor=actor, now=now, text=text))
    except Blocked as blocked:
        for finding in blocked.findings:
            typer.echo(json.dumps(vars(finding), ensure_ascii=False, default=list))
        raise


def _words(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{file} cannot be read as UTF-8 text ({type(error).__name__})") from None


@app.command()
def metrics(
    start: Annotated[datetime, typer.Option("--from", formats=DATE_FORMATS)],
    end: Annotated[datetime, typer.Option("--to", formats=DATE_FORMATS)],
    as_of: Annotated[str | None, typer.Option(help="ISO time; nothing later counts. Default: now.")] = None,
    known_at: Annotated[
        str | None, typer.Option(help="ISO time, or `then` for that of --as-of: only what was known by then counts.")
    ] = None,
    config: Config = None,
) -> None:
    """The response-time figures as JSON."""
    from services.response_time import period
    from services.rules.response_time import to_json

    moment = _moment(as_of) if as_of else settings.now()
    known = moment if known_at == "then" else _moment(known_at) if known_at else None
    first, last = start.date(), end.date()
    if last < first:
        raise typer.BadParameter("--to is before --from")
    found = period.metrics_of(_runtime(config).store, start=first, end=last, as_of=moment, known_at=known)
    typer.echo(json.dumps(to_json(found), ensure_ascii=False))


@figures_app.command("recount")
def recount(config: Config = None) -> None:
    """Count all days of response times anew from the messages."""
    from services.response_time import counting

    typer.echo(f"{counting.count_anew(_runtime(config).store, now=settings.now())} days counted")


@figures_app.command("replay")
def replay(
    nights: Annotated[int, typer.Option(help="How many, the newest first.")] = 7, config: Config = None
) -> None:
    """Make the figures of past nights anew, as known then; exit 1 if one comes out otherwise."""
    from services.response_time import prints

    found = prints.replays(_runtime(config).store, nights=nights)
    for each in found:
        said = "the same" if each.same else f"otherwise: {', '.join(each.differ)}"
        later = f"; known only later of messages {', '.join(map(str, each.late_news[:10]))}" if each.late_news else ""
        typer.echo(f"{each.as_of:%Y-%m-%d}: {said}{later}")
    raise typer.Exit(int(not all(each.same for each in found)))


@app.command()
def review(
    out: Annotated[Path, typer.Option(help="A folder for the files; made if it is not there.")],
    week: Annotated[str | None, typer.Option(help="Like 2026-W47.")] = None,
    month: Annotated[str | None, typer.Option(help="Like 2026-11.")] = None,
    pdf: Annotated[bool, typer.Option(help="Print a PDF too where a browser is found.")] = True,
    config: Config = None,
) -> None:
    """Write the meeting pack of a week or a month: HTML, XLSX and PPTX. One that is over is kept as it is then."""
    from services.errors import Rejected
    from services.meeting import files, pack

    if (week is None) == (month is None):
        raise Rejected("Give either --week 2026-W47 or --month 2026-11.")
    runtime, now = _runtime(config), settings.now()
    kind: Literal["week", "month"] = "month" if week is None else "week"
    period = pack.period_of(kind, week or month or "", now)
    made = files.made(runtime.store, runtime.settings, period, by="review", now=now)
    for file in files.write(made, out, with_pdf=pdf):
        typer.echo(file)


@ledger_app.callback()
def ledger(context: typer.Context, config: Config = None) -> None:
    """Print each mailbox's ledger: seen = ticketed + filed + set aside, unexplained."""
    _use(config)
    if context.invoked_subcommand is not None:
        return
    from services.sync_status import ledger_lines

    for line in ledger_lines(_runtime(config).store):
        places = f"{line.ticketed} ticketed + {line.filed} filed + {line.set_aside} set aside"
        typer.echo(f"{line.mailbox}: seen {line.seen} = {places}, unexplained: {line.unexplained}")
        for name in line.lost:
            typer.echo(f"  not accounted for: {name}")


@ledger_app.command("reparse")
def reparse(
    set_aside: Annotated[bool, typer.Option(help="Only what was set aside.")] = False, config: Config = None
) -> None:
    """Read all mail again from its raw form."""
    from services.sync import reparse as again

    runtime = _runtime(config)
    n = again.reparse(runtime.store, runtime.settings, settings.now(), only_set_aside=set_aside)
    typer.echo(f"{n} mails read again")


@journal_app.command("verify")
def verify(config: Config = None) -> None:
    """Check the hash chain of the activity log; exit 1 and the first broken entry."""
    from data import journal

    with _runtime(config).store.read() as session:
        checked, broken = journal.first_broken(session)
    if broken is not None:
        typer.echo(f"entry {broken} does not fit the chain; {checked} entries before it do")
        raise typer.Exit(1)
    typer.echo(f"{checked} entries, all fit")


@app.command()
def seed(
    tickets: Annotated[int, typer.Option(help="How many.")],
    seed: Annotated[int, typer.Option(help="For the random choices.")] = 1,
    config: Config = None,
) -> None:
    """Fill the store with synthetic tickets, for benches."""
    from services import seeding

    typer.echo(f"{seeding.fill(_runtime(config).store, tickets, seed=seed, now=settings.now())} tickets added")


@app.command()
def doctor(config: Config = None) -> None:
    """Check settings, store, sources, permissions and clocks; one line each with what to do. Exit 1 if one fails."""
    from services import doctor as doctor_

    _use(config)
    failed = False
    for check in doctor_.examine():
        failed = failed or not check.ok
        advice = f" — {check.what_to_do}" if check.what_to_do and not check.ok else ""
        typer.echo(f"{'ok  ' if check.ok else 'FAIL'} {check.name}: {check.message}{advice}")
    raise typer.Exit(1 if failed else 0)


@app.command("check-replies")
def check_replies(config: Config = None) -> None:
    """Check replies: JSON lines on stdin, a verdict with its findings for each on stdout."""
    from services.policy.lines import answers

    _use(config)
    # Written as bytes: JSON lines are UTF-8 whatever the terminal's encoding is.
    for line in answers(sys.stdin.buffer, settings.load().policy.profile):
        typer.echo(line.encode("utf-8", "backslashreplace"))


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no ISO time like 2026-11-22T09:00:00Z") from None
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)


def main() -> None:
    """Run a command; what is refused is a sentence on stderr and exit code 1."""
    try:
        app(prog_name="python -m services")
    except Within24Error as error:
        typer.echo(f"{error} {getattr(error, 'what_to_do', '')}".strip(), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
