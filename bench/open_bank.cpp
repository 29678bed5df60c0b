// SPDX-License-Identifier: Apache-2.0
#include <bench/open_bank.h>

#include <bench/transfer_bank.h>

#include <server/bank_program.h>

#include <bank/authentication/session.h>
#include <bank/customer/person.h>

#include <fstream>
#include <iostream>
#include <iterator>

namespace bench {

namespace authentication = bank::authentication;
namespace customer = bank::customer;
namespace evidence = bank::evidence;
namespace sql = platform::sql;
using base::Result;
using platform::json::Object;
using platform::json::Value;

namespace {

constexpr std::int64_t first_phone = 16'500'000'000;
constexpr double similarity = 0.9;

class OpenBank {
public:
    OpenBank(server::BankProgram& program, std::string picture)
        : house_(program.house()),
          institution_(program.institutions().front()->as_api()),
          picture_(std::move(picture))
    {
    }

    /// A visitor who has proven a phone, as a right code would have made it.
    authentication::OpenedSession visitor(int number)
    {
        const std::string phone = std::to_string(first_phone + number);
        const auto person = must(institution_.book.write([&](sql::Transaction& transaction) {
            return customer::create(transaction, institution_.vault, {{"phone", phone}},
                                    customer::Knowledge::claimed);
        }));
        return must(house_.book->write([&](sql::Transaction& transaction) {
            return authentication::open_session(transaction, *house_.authentication,
                                                {.kind = authentication::SessionKind::visitor,
                                                 .book = institution_.facts.book,
                                                 .subject = person.value,
                                                 .method = "code",
                                                 .phone = phone},
                                                transaction.now());
        }));
    }

    /// Pictures of both sides, the portrait and the face with what was read and judged of them.
    std::string put_evidence(std::uint64_t case_id, const Value& card)
    {
        const auto front = piece();
        const auto back = piece();
        const auto portrait = piece();
        const auto face = piece();
        const std::uint64_t liveness = institution_.book.next_id();
        Object reading;
        for (const auto& [name, value] : *card.object()) {
            reading.set(name, Object{{"value", value}, {"confidence", 1.0}, {"read", true}});
        }
        reading.set("portrait", to_string(portrait.id));
        const Object verdict{{"passed", true},
                             {"portrait", to_string(portrait.id)},
                             {"picture", to_string(face.id)},
                             {"similarity", similarity},
                             {"threshold", 0.5},
                             {"same", true},
                             {"different", false}};
        must(institution_.book.write([&](sql::Transaction& transaction) -> Result<void> {
            const auto& store = institution_.evidence;
            store.record(transaction, front, case_id, "id-card-front", "image/jpeg");
            store.record(transaction, back, case_id, "id-card-back", "image/jpeg");
            store.record(transaction, portrait, case_id, "id-card-portrait", "image/jpeg");
            store.record(transaction, face, case_id, "face", "image/jpeg");
            for (const auto id : {front.id, back.id}) {
                store.set_note(transaction, case_id, "reading", id.value,
                               platform::json::serialise(reading));
            }
            store.set_note(transaction, case_id, "verdict", liveness,
                           platform::json::serialise(verdict));
            return {};
        }));
        return to_string(front.id) + " " + to_string(back.id) + " " + base::id_text(liveness);
    }

private:
    evidence::Written piece()
    {
        return institution_.evidence.write(evidence::EvidenceId{institution_.book.next_id()},
                                           picture_);
    }

    server::House& house_;
    api::Institution institution_;
    const std::string picture_;
};

}  // namespace

int run_open_bank(const std::filesystem::path& source_root, const std::filesystem::path& data,
                  const std::filesystem::path& bank_folder, std::uint16_t port, int visitors)
{
    const auto program = must(server::BankProgram::start({.source_root = source_root,
                                                          .bank_folder = bank_folder,
                                                          .data_folder = data,
                                                          .port = port,
                                                          .requests_per_minute = 0,
                                                          .quiet = true}));
    std::ifstream in{source_root / "tests/data/identities/01/front.jpg", std::ios::binary};
    OpenBank bank{*program, {std::istreambuf_iterator<char>{in}, {}}};
    for (int i = 0; i < visitors; ++i) {
        const auto opened = bank.visitor(i);
        std::cout << "visitor " << opened.token << ' ' << opened.session.csrf_token << '\n';
    }
    std::cout << "listening" << std::endl;
    std::string word;
    std::string case_text;
    std::string card;
    while (std::cin >> word >> case_text && std::getline(std::cin, card)) {
        const auto case_id = must(base::parse_id_text(case_text));
        std::cout << "evidence " << case_text << ' '
                  << bank.put_evidence(case_id, must(platform::json::parse(card))) << std::endl;
    }
    return 0;
}

}  // namespace bench
