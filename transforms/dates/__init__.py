"""Reading a printed date or time, and nothing that was not printed.

The clock and its zone are taken out first, which look alike in every language; what is left must
hold one whole date. A day, month, year or zone that is not there is never filled in, and no clock
is read.
"""

from transforms.dates.moments import find_printed_day, parse_moment

__all__ = ["find_printed_day", "parse_moment"]
