"""The config form: every kind of field, what is wrong with them, and the JSON view of the same value."""

import json
import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from site_in_browser import NARROW, Site, screenshot

NEW = "/experiments/new?experiment=every_field"


def field(page: Page, path: str) -> Locator:
    return page.locator(f'[data-field="{path}"]')


def choose(page: Page, path: str, name: str) -> None:
    """A segment is a label over its radio button."""
    field(page, path).get_by_text(name, exact=True).first.click()


def opened_instance(page: Page, site: Site) -> dict[str, Any]:
    """The instance whose page was opened."""
    expect(page).to_have_url(re.compile(r"/experiments/[0-9a-f-]{36}$"))
    return dict(site.stack.http.get(f"/api/instances/{page.url.rsplit('/', 1)[1]}").json())


def text(page: Page, name: str) -> Locator:
    return page.get_by_role("textbox", name=name, exact=True)


def test_an_instance_with_every_kind_of_field(site: Site) -> None:
    page = site.tab(NEW)
    text(page, "Name").fill("All of them")
    text(page, "Description").fill("two\nlines")
    page.get_by_role("combobox", name="Tags").press_sequentially("first,second,")
    text(page, "Owner").fill("Ada")
    text(page, "Steps").fill("25")
    text(page, "seed").fill("18446744073709551615")
    text(page, "bias").fill("0.25")
    choose(page, "/verbose", "true")
    choose(page, "/mode", "exact")
    page.get_by_role("combobox", name="country").click()
    page.get_by_role("option", name="nl").click()
    field(page, "/note").get_by_role("textbox").fill("noted")
    text(page, "patience").fill("3")
    text(page, "start").fill("2026-11-23")
    text(page, "pause").fill("PT90S")
    choose(page, "/optimizer", "sgd")
    text(page, "momentum").fill("0.5")
    page.get_by_role("button", name="Add to Layers").click()
    field(page, "/layers/0/size").get_by_role("textbox").fill("64")
    page.get_by_role("button", name="Add to Layers").click()
    field(page, "/layers/1/size").get_by_role("textbox").fill("32")
    choose(page, "/layers/1/activation", "tanh")
    page.get_by_role("button", name="Move Layers 2 up").click()
    page.get_by_role("button", name="Remove words 1").click()
    field(page, "/limits/seconds").get_by_role("textbox").fill("30")
    choose(page, "/ceiling", "Set")
    field(page, "/ceiling/memory").get_by_role("textbox").fill("8")
    page.get_by_role("button", name="Add entry").first.click()
    page.get_by_role("textbox", name="Name of the entry").fill("left")
    field(page, "/weights/left").get_by_role("textbox").fill("1e-3")
    choose(page, "/either", "Text")
    choose(page, "/extras/fast", "true")
    text(page, "anything").fill('{"deep": [1, null]}')
    screenshot(page, "form-filled")
    page.get_by_role("button", name="Create", exact=True).click()
    made = opened_instance(page, site)
    assert (made["name"], made["description"], made["tags"]) == ("All of them", "two\nlines", ["first", "second"])
    assert made["config"] == {
        "owner": "Ada",
        "steps": 25,
        "seed": 2**64 - 1,
        "bias": 0.25,
        "verbose": True,
        "mode": "exact",
        "country": "nl",
        "note": "noted",
        "patience": 3,
        "start": "2026-11-23",
        "pause": "PT90S",
        "code": "AB1",
        "optimizer": {"kind": "sgd", "rate": 0.001, "momentum": 0.5},
        "layers": [{"size": 32, "activation": "tanh"}, {"size": 64, "activation": "relu"}],
        "words": ["two"],
        "point": [1, 0.5],
        "limits": {"seconds": 30, "memory": 1.5},
        "ceiling": {"seconds": 60, "memory": 8},
        "weights": {"left": 0.001},
        "either": "3",
        "extras": {"fast": True},
        "anything": {"deep": [1, None]},
    }


def test_faults_are_said_when_a_field_was_left_and_all_at_once_on_submit(site: Site) -> None:
    page = site.tab(NEW)
    expect(text(page, "Owner")).to_be_visible()
    expect(page.get_by_text("is required")).to_have_count(0)
    expect(page.locator("[aria-invalid=true]")).to_have_count(0)
    expect(page.get_by_role("alert")).to_have_count(0)

    text(page, "Steps").fill("1001")
    expect(field(page, "/steps").get_by_text("must be at most 1000")).to_have_count(0)
    text(page, "Steps").blur()
    expect(field(page, "/steps").get_by_text("must be at most 1000")).to_be_visible()
    expect(text(page, "Steps")).to_have_value("1001")
    expect(text(page, "Steps")).to_have_accessible_description("How many steps 1 to 1000 must be at most 1000")
    text(page, "bias").fill("1.")
    text(page, "bias").blur()
    expect(field(page, "/bias").get_by_text("must be a number")).to_be_visible()
    expect(text(page, "bias")).to_have_value("1.")

    choose(page, "/optimizer", "sgd")
    field(page, "/optimizer/rate").get_by_role("textbox").fill("0")
    page.get_by_role("button", name="Add to Layers").click()
    field(page, "/layers/0/size").get_by_role("textbox").fill("many")
    text(page, "code").fill("x")
    page.get_by_role("button", name="Create", exact=True).click()

    alert = page.get_by_role("alert")
    expect(alert.get_by_role("listitem")).to_have_text(
        [
            "Name must not be empty",
            "Owner is required",
            "Steps must be at most 1000",
            "bias must be a number",
            "code must match the pattern ^[A-Z]{2}[0-9]+$",
            "optimizer › Learning rate must be more than 0",
            "Layers › 1 › Size must be a whole number",
        ]
    )
    expect(text(page, "Name")).to_be_focused()
    alert.get_by_role("button", name="Layers › 1 › Size").click()
    expect(field(page, "/layers/0/size").get_by_role("textbox")).to_be_focused()
    screenshot(page, "form-faults")
    text(page, "Owner").fill("Ada")
    expect(alert.get_by_role("listitem")).to_have_count(6)


def test_what_only_the_server_refuses_lands_on_its_field(site: Site) -> None:
    page = site.tab("/experiments/new?experiment=walk")
    text(page, "Name").fill("x" * 10_000)
    page.get_by_role("button", name="Create", exact=True).click()
    expect(field(page, "@name").get_by_text("must be at most 200 characters long")).to_be_visible()
    expect(text(page, "Name")).to_be_focused()
    text(page, "Name").fill("short")
    expect(field(page, "@name").get_by_text("must be at most")).to_have_count(0)
    page.get_by_role("button", name="Create", exact=True).click()
    assert opened_instance(page, site)["name"] == "short"


def test_a_refusal_of_the_config_lands_on_its_field(site: Site) -> None:
    page = site.tab("/experiments/new?experiment=walk")
    text(page, "Name").fill("refused")
    refusal = {
        "type": "about:blank",
        "title": "Invalid input",
        "status": 422,
        "detail": "The config does not fit.",
        "errors": [{"path": "/config/steps", "message": "must be at most 7"}],
    }
    page.route(
        "**/api/instances",
        lambda route: route.fulfill(status=422, body=json.dumps(refusal), content_type="application/problem+json"),
    )
    page.get_by_role("button", name="Create", exact=True).click()
    expect(field(page, "/steps").get_by_text("must be at most 7")).to_be_visible()
    expect(text(page, "Steps")).to_be_focused()
    text(page, "Steps").fill("5")
    expect(field(page, "/steps").get_by_text("must be at most 7")).to_have_count(0)


def test_form_and_json_show_the_same_value(site: Site) -> None:
    page = site.tab(NEW)
    text(page, "Owner").fill("Ada")
    text(page, "Steps").fill("abc")
    choose_view(page, "JSON")
    expect(page).to_have_url(re.compile("view=json"))
    editor = page.get_by_role("textbox", name="Config as JSON")
    config = json.loads(editor.input_value())
    assert (config["owner"], config["steps"]) == ("Ada", "abc")
    written = json.dumps({**config, "seed": 2**64 - 1, "unknown": {"z": 1, "a": 2}, "steps": 4}, indent=1)
    editor.fill(written)
    choose_view(page, "Form")
    expect(text(page, "seed")).to_have_value("18446744073709551615")
    expect(page.get_by_role("button", name="Remove unknown")).to_be_visible()
    choose_view(page, "JSON")
    expect(editor).to_have_value(written)

    editor.fill('{\n  "owner": "Ada",\n  "steps": 4x\n}')
    expect(page.get_by_text(re.compile(r"line 3, column 13"))).to_be_visible()
    expect(page.get_by_role("radio", name="Form")).to_be_disabled()
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("line 3")
    expect(editor).to_have_value('{\n  "owner": "Ada",\n  "steps": 4x\n}')
    editor.press("Tab")
    expect(editor).not_to_be_focused()
    screenshot(page, "form-json")
    editor.fill('{"owner": "Ada", "steps": 4}')
    text(page, "Name").fill("From JSON")
    page.get_by_role("button", name="Create", exact=True).click()
    made = opened_instance(page, site)
    assert (made["config"]["owner"], made["config"]["steps"]) == ("Ada", 4)


def choose_view(page: Page, name: str) -> None:
    page.get_by_role("radiogroup", name="View of the config").get_by_text(name, exact=True).click()


def test_a_field_goes_back_to_its_default(site: Site) -> None:
    page = site.tab(NEW)
    expect(page.get_by_role("button", name=re.compile("^Reset Steps"))).to_have_count(0)
    text(page, "Steps").fill("11")
    page.get_by_role("button", name="Reset Steps to 10").click()
    expect(text(page, "Steps")).to_have_value("10")
    page.get_by_role("button", name="Remove words 2").click()
    page.get_by_role("button", name="Reset words to").click()
    expect(field(page, "/words/1").get_by_role("textbox")).to_have_value("two")


def test_the_form_fits_a_narrow_screen(site: Site) -> None:
    for dark in (False, True):
        page = site.tab(NEW, viewport=NARROW, dark=dark)
        expect(text(page, "Owner")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        screenshot(page, f"form-narrow-{'dark' if dark else 'light'}")


def test_the_form_is_loaded_only_where_it_is_needed(site: Site) -> None:
    page = site.tab("/experiments")
    expect(page.get_by_role("status", name="Connection")).to_have_text("live")
    names = page.evaluate("performance.getEntriesByType('resource').map(each => each.name)")
    assert [name for name in names if "config-form" in name] == []
