"""Every route × method × kind of visitor, with the answer that somebody typed by hand, without a look
at the code's own rules."""

import re

# Who asks, in the order of the columns. The learner is the one whose work the addresses name; the
# trainer's grant is on the region, which owns the module, the national trainer's on a State.
WHO = (
    "",
    "learner",
    "other learner",
    "supervisor",
    "trainer",
    "national trainer",
    "coordinator",
    "foreign coordinator",
    "administrator",
)
ANSWERS = """
                                                    nobody lea oth sup tra nat coo for adm
GET  /                                              302 302 302 302 302 302 302 302 302
GET  /sign-in                                       200 302 302 302 302 302 302 302 302
POST /sign-in                                       422 422 422 422 422 422 422 422 422
GET  /sign-in/kept                                  302 303 303 303 303 303 303 303 303
GET  /sign-in/link/{link}                           200 200 200 200 200 200 200 200 200
POST /sign-in/link/{link}                           422 422 422 422 422 422 422 422 422
GET  /sign-in/forgotten                             200 200 200 200 200 200 200 200 200
POST /sign-in/forgotten                             422 422 422 422 422 422 422 422 422
GET  /sign-in/request                               200 200 200 200 200 200 200 200 200
POST /sign-in/request                               422 422 422 422 422 422 422 422 422
POST /sign-out                                      303 303 303 303 303 303 303 303 303
POST /language                                      303 303 303 303 303 303 303 303 303
GET  /account/                                      302 200 200 200 200 200 200 200 200
GET  /account/password                              302 200 200 200 200 200 200 200 200
POST /account/password                              303 422 422 422 422 422 422 422 422
POST /account/sessions/{session}/end                303 303 404 404 404 404 404 404 404
POST /account/sessions/end-others                   303 303 303 303 303 303 303 303 303
GET  /account/record                                302 200 200 200 200 200 200 200 200
GET  /account/record.json                           302 200 200 200 200 200 200 200 200
GET  /account/privacy                               302 200 200 200 200 200 200 200 200
POST /account/privacy                               303 303 303 303 303 303 303 303 303
GET  /account/welcome                               302 200 302 302 302 302 302 302 302
POST /account/welcome                               303 303 409 409 409 409 409 409 409
GET  /help/                                         200 200 200 200 200 200 200 200 200
GET  /design                                        200 200 200 200 200 200 200 200 200
GET  /healthz                                       200 200 200 200 200 200 200 200 200
GET  /readyz                                        200 200 200 200 200 200 200 200 200
GET  /admin/                                        302 404 404 404 404 404 404 404 200
GET  /admin/audit                                   302 404 404 404 404 404 404 404 200
POST /admin/mail-test                               303 404 404 404 404 404 404 404 303
GET  /admin/units/                                  302 404 404 404 404 404 404 404 302
GET  /admin/units/{unit}                            302 404 404 404 404 404 404 404 200
POST /admin/units/{unit}/name                       303 404 404 404 404 404 404 404 422
POST /admin/units/{unit}/place                      303 404 404 404 404 404 404 404 422
POST /admin/units/{empty}/end                       303 404 404 404 404 404 404 404 422
POST /admin/units/{closed}/reopening                303 404 404 404 404 404 404 404 303
GET  /admin/units/{unit}/merging                    302 404 404 404 404 404 404 404 200
POST /admin/units/{unit}/merging                    303 404 404 404 404 404 404 404 303
POST /admin/units/{merged}/parting                  303 404 404 404 404 404 404 404 303
POST /admin/units/{agency}/units                    303 404 404 404 404 404 404 404 422
POST /admin/units/{region}/members                  303 404 404 404 404 404 404 404 303
GET  /roles/                                        302 200 200 200 200 200 200 200 200
GET  /people/                                       302 404 404 200 404 404 200 200 200
GET  /people/new                                    302 404 404 404 404 404 200 200 200
POST /people/new                                    303 404 404 404 404 404 303 303 303
POST /people/slips                                  303 404 404 409 404 404 409 409 409
GET  /people/{person}                               302 404 404 200 404 404 200 404 200
GET  /people/{person}/transfer                      302 404 404 404 404 404 200 404 200
POST /people/{person}/transfer                      303 404 404 404 404 404 303 404 303
POST /people/{person}/release                       303 404 404 404 404 404 303 404 303
POST /people/{person}/secondment                    303 404 404 404 404 404 303 404 303
GET  /people/{person}/leave                         302 404 404 404 404 404 200 404 200
POST /people/{person}/leave                         303 404 404 404 404 404 422 404 422
POST /people/{person}/return                        303 404 404 404 404 404 422 404 422
GET  /people/{person}/ending                        302 404 404 404 404 404 200 404 200
POST /people/{person}/ending                        303 404 404 404 404 404 422 404 422
POST /people/{person}/number                        303 404 404 404 404 404 422 404 422
GET  /people/{person}/names                         302 404 404 404 404 404 200 404 200
POST /people/{person}/names                         303 404 404 404 404 404 422 404 422
GET  /people/{person}/erasure                       302 404 404 404 404 404 404 404 200
POST /people/{person}/erasure                       303 404 404 404 404 404 404 404 422
POST /people/{person}/role                          303 404 404 404 404 404 303 404 303
POST /people/{person}/numbers/{number}/end          303 404 404 404 404 404 303 404 303
POST /people/{holder}/roles/{grant}/end             303 404 404 404 404 404 404 404 303
GET  /people/transfers/                             302 404 404 404 404 404 200 200 200
POST /people/transfers/chosen                       303 404 404 404 404 404 409 409 409
GET  /people/transfers/many                         302 404 404 404 404 404 302 302 302
POST /people/transfers/many                         303 404 404 404 404 404 303 303 303
GET  /people/transfers/{transfer}                   302 404 404 404 404 404 404 200 200
POST /people/transfers/{transfer}                   303 404 404 404 404 404 404 303 303
POST /people/transfers/{transfer}/refusal           303 404 404 404 404 404 404 303 303
POST /people/transfers/{transfer}/withdrawal        303 404 404 404 404 404 303 404 303
GET  /sign-in/slip                                  200 200 200 200 200 200 200 200 200
POST /sign-in/slip                                  422 422 422 422 422 422 422 422 422
GET  /admin/import/                                 302 404 404 404 404 404 200 200 200
POST /admin/import/                                 303 404 404 404 404 404 422 422 422
GET  /admin/import/people.csv                       302 404 404 404 404 404 200 200 200
GET  /admin/import/{import}                         302 404 404 404 404 404 404 404 200
POST /admin/import/{choosing}/encoding              303 404 404 404 404 404 404 422 404
POST /admin/import/{reading}/reading                303 404 404 404 404 404 303 404 404
POST /admin/import/{import}/confirmation            303 404 404 404 404 404 404 404 303
POST /admin/import/{import}/discard                 303 404 404 404 404 404 404 404 303
GET  /learn/                                        302 200 200 200 200 200 200 200 200
GET  /learn/{module}/                               302 200 200 200 200 200 200 200 200
POST /learn/{module}/enrolment                      303 303 303 303 303 303 303 303 303
GET  /learn/{module}/continue                       302 302 302 302 302 302 302 302 302
GET  /learn/{module}/lessons/{lesson}               302 200 302 302 302 302 302 302 302
POST /learn/{module}/lessons/{lesson}               303 303 404 404 404 404 404 404 404
GET  /learn/{module}/quizzes/pre-test               302 200 302 302 302 302 302 302 302
POST /learn/{module}/quizzes/pre-test/attempts      303 303 404 404 404 404 404 404 404
POST /learn/{module}/quizzes/pre-test/attempts/{attempt}/responses  303 303 404 404 404 404 404 404 404
POST /learn/{module}/quizzes/pre-test/attempts/{attempt}/submission 303 303 404 404 404 404 404 404 404
GET  /certificates/                                 302 200 200 200 200 200 200 200 200
GET  /certificates/{code}.pdf                       302 200 404 404 404 404 404 404 404
GET  /verify/                                       200 200 200 200 200 200 200 200 200
GET  /verify/{code}                                 200 200 200 200 200 200 200 200 200
GET  /desk/                                         302 404 404 200 404 404 200 200 404
GET  /desk/people                                   302 404 404 200 404 404 200 200 404
GET  /desk/people.csv                               302 404 404 200 404 404 200 200 404
GET  /desk/people/{person}                          302 404 404 200 404 404 200 404 404
GET  /desk/requests                                 302 404 404 404 404 404 200 200 200
GET  /desk/requests/{asked}                         302 404 404 404 404 404 200 404 200
POST /desk/requests/{asked}/approval                303 404 404 404 404 404 422 404 422
POST /desk/requests/{asked}/decline                 303 404 404 404 404 404 422 404 422
GET  /studio/                                       302 404 404 404 200 200 404 404 404
POST /studio/                                       303 404 404 404 422 422 404 404 404
GET  /studio/{module}/                              302 404 404 404 200 404 404 404 404
GET  /studio/{module}/versions/1/                   302 404 404 404 200 404 404 404 404
GET  /studio/{module}/versions/1.zip                302 404 404 404 200 404 404 404 404
GET  /studio/{module}/versions/1/lessons/{lesson}   302 404 404 404 200 404 404 404 404
GET  /studio/{module}/versions/1/quizzes/final      302 404 404 404 200 404 404 404 404
GET  /studio/{module}/versions/1/quizzes/final/items/{item} 302 404 404 404 200 404 404 404 404
GET  /studio/drafts/{draft}/                        302 404 404 404 200 404 404 404 404
GET  /studio/drafts/{draft}/lessons/{lesson}        302 404 404 404 200 404 404 404 404
GET  /studio/drafts/{draft}/quizzes/final           302 404 404 404 200 404 404 404 404
GET  /studio/drafts/{draft}/quizzes/final/items/{item} 302 404 404 404 200 404 404 404 404
POST /studio/drafts/{draft}/publication             303 404 404 404 303 404 404 404 404
POST /studio/drafts/{draft}/discard                 303 404 404 404 303 404 404 404 404
"""
ROWS = [line.split() for line in ANSWERS.strip().splitlines()[1:]]
PAGES = [
    (path, WHO[[*answers].index("200")])
    for method, path, *answers in ROWS
    if method == "GET" and "200" in answers
]
"""Every page, with one who may see it."""


def filled(path: str, names: dict[str, str]) -> str:
    """Return an address of the table with what the world names."""
    return re.sub(r"\{(\w+)\}", lambda match: names[match[1]], path)
