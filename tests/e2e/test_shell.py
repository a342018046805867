"""What is around every page."""

from playwright.sync_api import expect

from site_in_browser import Site


def test_the_root_leads_to_the_dashboard_and_the_stream_is_heard(site: Site) -> None:
    page = site.tab("/")
    expect(page).to_have_url(f"{site.url}/experiments")
    expect(page.get_by_role("status", name="Connection")).to_have_text("live")
    page.get_by_role("navigation").get_by_role("link", name="Workers", exact=True).click()
    expect(page).to_have_url(f"{site.url}/workers")


def test_an_unknown_page_says_so(site: Site) -> None:
    page = site.tab("/nowhere")
    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()
