"""The date in the calendar that a language uses beside the Gregorian one: Solar Hijri in Iran and
Afghanistan, the Buddhist era in Thailand. The names of months are CLDR's; Babel leaves them out."""

from datetime import date

from babel import Locale
from persiantools.jdatetime import JalaliDate

_IRANIAN = (
    "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور",
    "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند",
)  # fmt: skip
_DARI = (
    "حمل", "ثور", "جوزا", "سرطان", "اسد", "سنبلهٔ",
    "میزان", "عقرب", "قوس", "جدی", "دلو", "حوت",
)  # fmt: skip
_PASHTO = (
    "وری", "غویی", "غبرګولی", "چنګاښ", "زمری", "وږی",
    "تله", "لړم", "لیندۍ", "مرغومی", "سلواغه", "کب",
)  # fmt: skip
_SOLAR_HIJRI = {"fa": _IRANIAN, "fa_AF": _DARI, "prs": _DARI, "ps": _PASHTO}
_BUDDHIST = 543


def beside(day: date, locale: Locale) -> str | None:
    """Return a day in a locale's own calendar, or None where that is the Gregorian one."""
    if locale.language == "th":
        return f"พ.ศ. {day.year + _BUDDHIST}"  # month and day are those of the Gregorian date
    months = _SOLAR_HIJRI.get(str(locale))
    if months is None:
        return None
    solar = JalaliDate.to_jalali(day)  # type: ignore[no-untyped-call]
    return f"{solar.day} {months[solar.month - 1]} {solar.year}"
