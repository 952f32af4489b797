//! The days that the history shows together.

use jiff::civil::Date;

/// How many days are looked at together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    Day,
    Week,
    Month,
}

impl Span {
    /// The first and the last day of what a day is in. Weeks begin on Monday.
    #[must_use]
    pub fn around(self, day: Date) -> (Date, Date) {
        match self {
            Self::Day => (day, day),
            Self::Week => {
                let from = walk(day, -i32::from(day.weekday().to_monday_zero_offset()));
                (from, walk(from, 6))
            }
            Self::Month => (day.first_of_month(), day.last_of_month()),
        }
    }

    /// The days to ask for: a day stands in the chart of its week.
    #[must_use]
    pub fn asked(self, day: Date) -> (Date, Date) {
        if self == Self::Day { Self::Week.around(day) } else { self.around(day) }
    }
}

/// A day so many days later, or earlier.
#[must_use]
pub fn walk(mut day: Date, days: i32) -> Date {
    for _ in 0..days.abs() {
        // The ends of the calendar are far away.
        day = if days < 0 { day.yesterday() } else { day.tomorrow() }.unwrap_or(day);
    }
    day
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_day_is_charted_with_its_week() {
        let day = date(2026, 11, 21);
        assert_eq!((Span::Day.around(day), Span::Day.asked(day)), ((day, day), Span::Week.around(day)));
        assert_eq!(Span::Month.asked(day), Span::Month.around(day));
    }

    #[test]
    fn a_week_begins_on_monday_and_a_month_on_its_first() {
        // A Saturday.
        let day = date(2026, 11, 21);
        assert_eq!(Span::Week.around(day), (date(2026, 11, 16), date(2026, 11, 22)));
        assert_eq!(Span::Week.around(date(2026, 11, 16)).0, date(2026, 11, 16));
        assert_eq!(Span::Month.around(date(2028, 2, 9)), (date(2028, 2, 1), date(2028, 2, 29)));
    }
}
