"""The pages that make, change and run instances: picker, drafts, leaving, clone, conflicts, keyboard."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, WebSocketRoute, expect

from site_in_browser import Site, screenshot

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"


def text(page: Page, name: str) -> Locator:
    return page.get_by_role("textbox", name=name, exact=True)


def instance_of(site: Site, instance_id: str) -> dict[str, Any]:
    return dict(site.stack.http.get(f"/api/instances/{instance_id}").json())


def test_the_picker_finds_experiments_and_changing_it_keeps_what_was_said(site: Site) -> None:
    page = site.tab("/experiments/new")
    picker = page.get_by_role("combobox", name="Experiment")
    picker.click()
    broken = page.get_by_role("option", name=re.compile("broken"))
    expect(broken).to_have_attribute("data-combobox-disabled", "true")
    picker.fill("writes many")
    expect(page.get_by_role("option")).to_have_count(1)
    page.get_by_role("option", name=re.compile("Flood")).click()
    expect(page).to_have_url(re.compile("experiment=flood"))
    text(page, "Name").fill("Kept")
    text(page, "Description").fill("also kept")
    picker.click()
    picker.fill("walk")
    page.get_by_role("option", name=re.compile("Walk")).click()
    expect(text(page, "Steps")).to_have_value("3")
    expect(text(page, "Name")).to_have_value("Kept")
    expect(text(page, "Description")).to_have_value("also kept")
    expect(page.get_by_role("link", name="See why in the catalogue")).to_have_attribute("href", "/catalogue")


def test_a_draft_survives_a_reload_and_can_be_discarded(site: Site) -> None:
    page = site.tab("/experiments/new?experiment=walk")
    text(page, "Name").fill("Half done")
    text(page, "Steps").fill("12")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.get_by_text("Restored your draft")).to_be_visible()
    expect(text(page, "Name")).to_have_value("Half done")
    expect(text(page, "Steps")).to_have_value("12")
    screenshot(page, "editor-draft")
    page.get_by_role("button", name="Discard").click()
    expect(text(page, "Name")).to_have_value("")
    expect(text(page, "Steps")).to_have_value("3")
    page.reload()
    expect(text(page, "Steps")).to_have_value("3")
    expect(page.get_by_text("Restored your draft")).to_have_count(0)


def test_leaving_asks_while_something_is_unsaved(site: Site) -> None:
    page = site.tab("/experiments/new?experiment=walk")
    expect(text(page, "Steps")).to_be_visible()
    page.get_by_role("link", name="Workers", exact=True).click()
    expect(page).to_have_url(f"{site.url}/workers")
    page.go_back()
    text(page, "Name").fill("Unsaved")
    page.get_by_role("link", name="Workers", exact=True).click()
    dialog = page.get_by_role("dialog", name="Leave without saving?")
    dialog.get_by_role("button", name="Stay").click()
    expect(dialog).to_have_count(0)
    expect(text(page, "Name")).to_have_value("Unsaved")
    page.get_by_role("link", name="Workers", exact=True).click()
    dialog.get_by_role("button", name="Leave").click()
    expect(page).to_have_url(f"{site.url}/workers")


def test_create_and_run_by_keyboard_only(site: Site) -> None:
    page = site.tab("/experiments/new")
    picker = page.get_by_role("combobox", name="Experiment")
    expect(picker).to_be_visible()
    for _ in range(20):
        if picker.evaluate("each => each === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(picker).to_be_focused()
    page.keyboard.type("every field")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(text(page, "Owner")).to_be_visible()
    tab_to(page, text(page, "Name"))
    page.keyboard.type("By keyboard")
    tab_to(page, text(page, "Owner"))
    page.keyboard.type("Ada")
    tab_to(page, page.get_by_role("button", name="Add to Layers"))
    page.keyboard.press("Enter")
    expect(page.locator('[data-field="/layers/0/size"] input')).to_be_focused()
    page.keyboard.type("16")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile(r"/runs/[0-9a-f-]{36}"))
    run = site.stack.until(re.findall(r"/runs/([0-9a-f-]{36})", page.url)[0], seconds=60)
    assert (run["status"], run["config"]["layers"]) == ("completed", [{"size": 16, "activation": "relu"}])


def test_create_and_run_twice_is_one_instance_and_one_run(site: Site) -> None:
    page = site.tab("/experiments/new?experiment=walk")
    text(page, "Name").fill("Made once")
    held: list[Route] = []
    page.route("**/runs", lambda route: held.append(route))
    with page.expect_request("**/runs"):  # the instance is made, its run not yet
        page.get_by_role("button", name="Create and run").click()
    for _ in range(2):
        page.keyboard.press("Control+Enter")
    for route in held:
        route.continue_()
    expect(page).to_have_url(re.compile(r"/runs/[0-9a-f-]{36}"))
    made = site.stack.http.get("/api/instances", params={"q": "Made once"}).json()["items"]
    assert [each["run_counts"]["total"] for each in made] == [1]


def tab_to(page: Page, target: Locator) -> None:
    for _ in range(60):
        if target.evaluate("each => each === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("never reached by Tab")


def test_clone_takes_everything_over(site: Site) -> None:
    made = site.instance("walk", {"steps": 8}, name="Original", description="why", tags=["a", "b"])
    page = site.tab(f"/experiments/new?instance={made['id']}")
    expect(text(page, "Name")).to_have_value("Original (copy)")
    expect(text(page, "Steps")).to_have_value("8")
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page).to_have_url(re.compile(r"/experiments/[0-9a-f-]{36}$"))
    copy = instance_of(site, page.url.rsplit("/", 1)[1])
    assert copy["id"] != made["id"]
    assert [copy[name] for name in ("name", "description", "tags", "experiment", "config")] == [
        *("Original (copy)", "why", ["a", "b"], "walk", {"steps": 8, "pause_s": 0.0, "say": "step"}),
    ]


def test_a_new_instance_from_a_run(site: Site) -> None:
    run = site.finished("walk", {"steps": 2}, name="Ran once")
    site.stack.http.patch(f"/api/instances/{run['instance_id']}", json={"config": {"steps": 5}})
    page = site.tab(f"/experiments/new?run={run['id']}")
    expect(text(page, "Name")).to_have_value("Ran once (copy)")
    expect(text(page, "Steps")).to_have_value("2")


def test_edit_saves_only_what_changed(site: Site) -> None:
    made = site.instance("walk", {"steps": 4}, name="Before", tags=["t"])
    page = site.tab(f"/experiments/{made['id']}/edit")
    text(page, "Name").fill("After")
    text(page, "Steps").fill("0")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Steps must be at least 1")
    text(page, "Steps").fill("6")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(f"{site.url}/experiments/{made['id']}")
    saved = instance_of(site, made["id"])
    assert (saved["name"], saved["tags"], saved["config"]["steps"]) == ("After", ["t"], 6)


def test_a_change_from_elsewhere_is_taken_or_asked_about(site: Site) -> None:
    made = site.instance("walk", {"steps": 4}, name="Shared")
    page = site.tab(f"/experiments/{made['id']}/edit")
    expect(text(page, "Steps")).to_have_value("4")
    site.stack.http.patch(f"/api/instances/{made['id']}", json={"config": {"steps": 5}})
    expect(text(page, "Steps")).to_have_value("5")  # nothing was entered: it follows
    text(page, "Name").fill("Mine")
    site.stack.http.patch(f"/api/instances/{made['id']}", json={"name": "Theirs"})
    alert = page.get_by_role("alert").filter(has_text="changed elsewhere")
    expect(alert).to_be_visible()
    expect(text(page, "Name")).to_have_value("Mine")
    screenshot(page, "editor-conflict")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Not saved")).to_be_visible()
    assert instance_of(site, made["id"])["name"] == "Theirs"
    alert.get_by_role("button", name="Overwrite").click()
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_url(f"{site.url}/experiments/{made['id']}")
    assert instance_of(site, made["id"])["name"] == "Mine"

    page = site.tab(f"/experiments/{made['id']}/edit")
    text(page, "Name").fill("Mine again")
    site.stack.http.patch(f"/api/instances/{made['id']}", json={"name": "Theirs again"})
    page.get_by_role("button", name="Reload").click()
    expect(text(page, "Name")).to_have_value("Theirs again")


def test_run_with_changes_shows_what_differs_and_leaves_the_instance_alone(site: Site) -> None:
    first = site.finished("walk", {"steps": 2}, name="Base")
    made = first["instance_id"]
    page = site.tab(f"/experiments/{made}/run")
    differences = page.get_by_role("region", name="Differences")
    expect(differences).to_contain_text("Nothing yet")
    text(page, "Steps").fill("7")
    expect(differences.get_by_role("listitem")).to_have_text(re.compile(r"Steps\s*2.*7"))
    screenshot(page, "editor-run")
    page.get_by_role("button", name="Start run").click()
    expect(page).to_have_url(re.compile(r"/runs/[0-9a-f-]{36}"))
    run = site.stack.http.get("/api/runs/" + re.findall(r"/runs/([0-9a-f-]{36})", page.url)[0]).json()
    assert (run["config"]["steps"], run["number"]) == (7, 2)
    assert instance_of(site, made)["config"]["steps"] == 2

    site.stack.http.patch(f"/api/instances/{made}", json={"config": {"steps": 9}})
    page = site.tab(f"/experiments/{made}/run?run={first['id']}")
    expect(text(page, "Steps")).to_have_value("2")
    expect(differences_of(page)).to_have_text(re.compile(r"Steps\s*9.*2"))


def differences_of(page: Page) -> Locator:
    return page.get_by_role("region", name="Differences").get_by_role("listitem")


def with_experiments(page: Page, site: Site, change: Callable[[list[dict[str, Any]]], Any]) -> None:
    """The catalogue as the page gets it, changed."""
    items = site.stack.http.get("/api/experiments").json()["items"]
    body = json.dumps({"items": change(items)})
    page.route("**/api/experiments", lambda route: route.fulfill(body=body, content_type="application/json"))


def schemas_of_walk(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for item in items:
        if item["name"] == "walk":
            for schema in (item["form_schema"], item["config_schema"]):
                for place in (schema.get("$defs", {}).get("Steps", {}), schema):
                    if "properties" in place:
                        yield place


def sockets_of(page: Page) -> list[WebSocketRoute]:
    """The page's connections from now on, to say something on them that the server did not."""
    sockets: list[WebSocketRoute] = []

    def keep(socket: WebSocketRoute) -> None:
        socket.connect_to_server()
        sockets.append(socket)

    page.route_web_socket(re.compile("/api/stream"), keep)
    return sockets


CATALOGUE_CHANGED = json.dumps(
    {
        "type": "event",
        "topic": "experiments",
        "event": "experiments.updated",
        "data": {"names": ["walk"], "removed": []},
    }
)


def test_an_open_form_follows_its_experiment(site: Site) -> None:
    page = site.tab("/workers")
    sockets = sockets_of(page)
    page.goto(f"{site.url}/experiments/new?experiment=walk")
    text(page, "Name").fill("Half done")
    expect(text(page, "say")).to_have_value("step")

    def other_words(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for schema in schemas_of_walk(items):
            schema["properties"]["say"]["default"] = "stride"
        for item in items:
            if item["name"] == "walk":
                item["defaults"]["say"] = "stride"
        return items

    with_experiments(page, site, other_words)
    sockets[-1].send(CATALOGUE_CHANGED)
    expect(text(page, "say")).to_have_value("stride")  # nothing was entered there: it follows
    expect(text(page, "Name")).to_have_value("Half done")
    text(page, "Steps").fill("12")

    def owned(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for schema in schemas_of_walk(items):
            schema["properties"]["owner"] = {"type": "string", "title": "Owner"}
            schema["required"] = ["owner"]
        return items

    with_experiments(page, site, owned)
    sockets[-1].send(CATALOGUE_CHANGED)
    expect(text(page, "Owner")).to_be_visible()
    expect(text(page, "Steps")).to_have_value("12")
    expect(text(page, "Steps")).to_be_focused()
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Owner is required")
    expect(text(page, "Owner")).to_be_focused()


def test_the_form_comes_when_a_worker_offers_the_experiment(site: Site) -> None:
    made = site.instance("walk", {"steps": 4}, name="Waits for a worker")
    page = site.tab("/workers")
    sockets = sockets_of(page)
    with_experiments(page, site, lambda items: [item for item in items if item["name"] != "walk"])
    page.goto(f"{site.url}/experiments/{made['id']}/edit")
    notice = page.get_by_text("The experiment walk cannot be used now")
    expect(notice).to_be_visible()
    page.unroute("**/api/experiments")
    sockets[-1].send(CATALOGUE_CHANGED)
    expect(text(page, "Steps")).to_have_value("4")
    expect(notice).to_have_count(0)
    text(page, "Steps").fill("5")
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_url(f"{site.url}/experiments/{made['id']}")
    assert instance_of(site, made["id"])["config"]["steps"] == 5


def test_what_an_experiment_no_longer_takes_is_named(site: Site) -> None:
    made = site.instance("walk", {"steps": 9}, name="Outgrown")
    page = site.tab("/workers")

    def stricter(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for schema in schemas_of_walk(items):
            schema["properties"]["steps"]["maximum"] = 5
        return items

    with_experiments(page, site, stricter)
    page.goto(f"{site.url}/experiments/{made['id']}/edit")
    notice = page.get_by_role("status").filter(has_text="The experiment has changed")
    expect(notice.get_by_role("listitem")).to_have_text("Steps must be at most 5")
    expect(page.locator("[aria-invalid=true]")).to_have_count(0)
    notice.get_by_role("button", name="Steps").click()
    expect(text(page, "Steps")).to_be_focused()


def test_without_experiments_the_page_says_where_they_are_looked_for(site: Site) -> None:
    page = site.tab("/workers")
    with_experiments(page, site, lambda items: [item for item in items if item["error"] is not None])
    page.goto(f"{site.url}/experiments/new")
    expect(page.get_by_role("heading", name="No experiments found")).to_be_visible()
    expect(page.get_by_text("ATHANOR_EXPERIMENTS")).to_be_visible()
    expect(page.get_by_text("a_module_that_is_not_installed")).to_be_visible()
    expect(page.get_by_role("link", name="Open the catalogue")).to_be_visible()
    screenshot(page, "editor-empty")


@pytest.mark.parametrize("dark", [False, True])
def test_the_editors_have_no_serious_fault_of_reach(site: Site, dark: bool) -> None:
    made = site.instance("every_field", {"owner": "Ada", "layers": [{"size": 3}], "weights": {"a": 1}}, name="Reach")
    for path in ("/experiments/new?experiment=every_field", f"/experiments/{made['id']}/edit?view=json"):
        page = site.tab(path, dark=dark)
        expect(page.get_by_role("region", name="Config")).to_be_visible()
        check_reach(page)
    page = site.tab(f"/experiments/{made['id']}/edit", dark=dark)
    text(page, "Name").fill("")
    page.locator('[data-field="/steps"] input').fill("0")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check_reach(page)
    screenshot(page, f"editor-faults-{'dark' if dark else 'light'}")


def check_reach(page: Page) -> None:
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run().then(each => each.violations)")
    serious = [each for each in found if each["impact"] in ("serious", "critical")]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in serious] == []
