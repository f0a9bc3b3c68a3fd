"""The desk: the pages of those who make the issue, for whoever is signed in.

A module a noun, with one function that adds its pages; `blueprint` lists them:

    def add_issues(desk: Blueprint, room: Room) -> None:
        @desk.get("/issues")
        def issues() -> Response:
            return room.show("issues.html", rows=…)

        @desk.post("/issues/<int:number>/skip")
        @publisher
        def skip(number: int) -> Response:
            …
            room.note("skipped", issue=number)
            return room.done("The issue is skipped.", "issues")

The gate has checked session, form token and role before a page is asked. A template extends
`desk/layout.html`, sets the blocks `title` and `content`, and puts `{{ csrf_field }}` into every
form; `at("issues")` gives a page's address. A `DigestError` becomes a page with the problem, the
hint and what was typed. A form marked `data-live`, with an id of its own, is sent by the script
and `<main>` is swapped for the answer's; `data-autosave` sends it while somebody types.
"""
