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

void put_confirmed(Transaction& transaction, const catalog::Bank& bank)
{
    struct Confirmed {
        Post post;
        std::string folder;
    };
    std::map<std::string, Confirmed> last;
    {
        auto rows = transaction.query(
            "select login, after_post, folder from organisation_change where state = 'confirmed'"
            " order by decided_at, id");
        while (rows.next()) last[rows.string(0)] = {post_of(rows.text(1)), rows.string(2)};
    }
    for (const auto& [login, confirmed] : last) {
        const bool unit_is_there = bank.unit(confirmed.post.unit) != nullptr;
        if (confirmed.folder == folder_text(bank, login) && unit_is_there)
            put(transaction, bank, login, confirmed.post);
    }
}

}  // namespace bank::organisation::internal
