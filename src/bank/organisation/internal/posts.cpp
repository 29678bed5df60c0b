// SPDX-License-Identifier: Apache-2.0
#include <bank/organisation/internal/posts.h>

#include <base/words.h>

#include <algorithm>
#include <map>

namespace bank::organisation::internal {

using platform::sql::Transaction;

std::string text_of(const Post& post)
{
    return (post.works_here ? "here;" : "left;") + post.unit + ";" + base::join_words(post.roles) +
           ";" + base::join_words(post.skills);
}

Post post_of(std::string_view text)
{
    std::string_view parts[4];
    for (auto& part : parts) {
        const std::size_t end = std::min(text.find(';'), text.size());
        part = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return {std::string{parts[1]}, base::split_words(parts[2]), base::split_words(parts[3]),
            parts[0] == "here"};
}

std::string folder_text(const catalog::Bank& bank, std::string_view login)
{
    const auto* member = bank.staff_member(login);
    if (member == nullptr) return {};
    return text_of({member->unit, member->roles, member->skills, true});
}

void put(Transaction& transaction, const catalog::Bank& bank, const std::string& login,
         const Post& post)
{
    const auto* unit = bank.unit(post.unit);
    transaction.execute(
        "update organisation_staff set unit = ?, institution = ?, roles = ?, skills = ?, active = ?"
        " where login = ?",
        post.unit, unit == nullptr ? std::string{} : unit->institution,
        base::join_words(post.roles), base::join_words(post.skills), post.works_here ? 1 : 0,
        login);
}

void take_over_changes(Transaction& transaction)
{
    std::vector<proposal::Proposal> old;
    {
        auto rows = transaction.query(
            "select id, login, before_post, after_post, folder, reason, state, proposed_by,"
            " proposed_at, decided_by, decided_at from organisation_change");
        while (rows.next()) {
            const std::string_view state = rows.text(6);
            old.push_back({.id = rows.id<ChangeId>(0),
                           .kind = post_change,
                           .subject = rows.string(1),
                           .before = rows.string(2),
                           .after = rows.string(3),
                           .note = rows.string(4),
                           .reason = rows.string(5),
                           .state = state == "confirmed" ? proposal::State::confirmed
                                    : state == "refused" ? proposal::State::refused
                                                         : proposal::State::proposed,
                           .proposed_by = rows.string(7),
                           .proposed_at = rows.instant(8),
                           .decided_by = rows.string(9)});
            if (!rows.is_null(10)) old.back().decided_at = rows.instant(10);
        }
    }
    for (const auto& each : old) proposal::keep(transaction, each);
    transaction.execute("delete from organisation_change");
}

void put_confirmed(Transaction& transaction, const catalog::Bank& bank)
{
    struct Confirmed {
        Post post;
        std::string folder;
    };
    std::map<std::string, Confirmed> last;
    for (const auto& each : proposal::confirmed(transaction, post_change))
        last[each.subject] = {post_of(each.after), each.note};
    for (const auto& [login, confirmed] : last) {
        const bool unit_is_there = bank.unit(confirmed.post.unit) != nullptr;
        if (confirmed.folder == folder_text(bank, login) && unit_is_there)
            put(transaction, bank, login, confirmed.post);
    }
}

}  // namespace bank::organisation::internal
